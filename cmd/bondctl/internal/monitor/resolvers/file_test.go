package resolvers

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fileHost is a host without systemd-resolved, whose bus nobody needs.
func fileHost(t *testing.T, root string) *Host {
	t.Helper()
	return openHost(t, Config{Root: root, Memory: memory, BootID: thisBoot, Dial: func(context.Context) (Bus, error) {
		return nil, errors.New("the bus was asked for")
	}})
}

func place(t *testing.T, root, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(root, resolvConf), []byte(content), 0o640))
}

func found(t *testing.T, root string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, resolvConf))
	require.NoError(t, err)
	return string(content)
}

var (
	fiberServers = []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("fe80::53")}
	fiberSearch  = []string{"fiber.example", "example.net"}
	gsmServers   = []netip.Addr{netip.MustParseAddr("198.51.100.53")}
)

const hosts = "# the host's\nnameserver 203.0.113.53\nsearch home.example\n"

const withFiber = `# bondctl: the resolvers of the active route
nameserver 192.0.2.53
nameserver fe80::53%fiber
# bondctl: end
` + hosts + `
# bondctl: the search domains of the active route
search fiber.example example.net
# bondctl: end
`

const withGSM = `# bondctl: the resolvers of the active route
nameserver 198.51.100.53
# bondctl: end
` + hosts

func TestServersStandBeforeTheHostsOwn(t *testing.T) {
	root := newRoot(t)
	place(t, root, hosts)
	h := fileHost(t, root)
	require.NoError(t, h.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, withFiber, found(t, root))
	require.NoError(t, h.UseResolvers("gsm", gsmServers, nil))
	assert.Equal(t, withGSM, found(t, root))
	require.NoError(t, h.UseResolvers("", nil, nil))
	assert.Equal(t, hosts, found(t, root))
}

// Whatever the host has, it is the same afterwards, byte for byte; another process
// takes out what one that was killed has left.
func TestTheHostsFileIsAsItWas(t *testing.T) {
	for name, content := range map[string]string{
		"some":             hosts,
		"empty":            "",
		"an empty line":    "\n",
		"empty lines":      "\n\n" + hosts + "\n\n",
		"no end of line":   "nameserver 203.0.113.53",
		"another's marks":  "# another: begin\n" + hosts + "# another: end\n",
		"carriage returns": "nameserver 203.0.113.53\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			root := newRoot(t)
			place(t, root, content)
			require.NoError(t, fileHost(t, root).UseResolvers("fiber", fiberServers, fiberSearch))
			require.NoError(t, fileHost(t, root).UseResolvers("gsm", gsmServers, nil))
			require.NoError(t, fileHost(t, root).UseResolvers("fiber", nil, fiberSearch))
			assert.NotEqual(t, content, found(t, root))
			require.NoError(t, fileHost(t, root).UseResolvers("", nil, nil))
			assert.Equal(t, content, found(t, root))
			info, err := os.Stat(filepath.Join(root, resolvConf))
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o640), info.Mode())
		})
	}
}

func TestAFileMadeForThemGoesWithThem(t *testing.T) {
	root := newRoot(t)
	h := fileHost(t, root)
	require.NoError(t, h.UseResolvers("fiber", fiberServers, nil))
	require.NoError(t, h.UseResolvers("gsm", gsmServers, nil))
	assert.Contains(t, found(t, root), "nameserver 198.51.100.53\n")
	info, err := os.Stat(filepath.Join(root, resolvConf))
	require.NoError(t, err)
	assert.Equal(t, publicFile, info.Mode())
	require.NoError(t, h.UseResolvers("", nil, nil))
	assert.NoFileExists(t, filepath.Join(root, resolvConf))
	require.NoError(t, h.UseResolvers("", nil, nil))
	assert.NoFileExists(t, filepath.Join(root, resolvConf))
}

// What others write meanwhile stays, and theirs is not the last word.
func TestAFileWrittenAnewGetsThemAgain(t *testing.T) {
	root := newRoot(t)
	place(t, root, "nameserver 192.0.2.99\n")
	h := fileHost(t, root)
	require.NoError(t, h.UseResolvers("fiber", fiberServers, fiberSearch))
	place(t, root, hosts) // as clients of DHCP do
	require.NoError(t, h.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, withFiber, found(t, root))
	require.NoError(t, h.UseResolvers("", nil, nil))
	assert.Equal(t, hosts, found(t, root))
}

func TestAFileAsItShouldBeIsNotWritten(t *testing.T) {
	root := newRoot(t)
	place(t, root, hosts)
	h := fileHost(t, root)
	require.NoError(t, h.UseResolvers("fiber", fiberServers, fiberSearch))
	before, err := os.Stat(filepath.Join(root, resolvConf))
	require.NoError(t, err)
	require.NoError(t, h.UseResolvers("fiber", fiberServers, fiberSearch))
	after, err := os.Stat(filepath.Join(root, resolvConf))
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
}

// Of a part that somebody has cut up nobody knows what is the host's.
func TestAPartWithoutItsMarksIsLeftAlone(t *testing.T) {
	for name, content := range map[string]string{
		"no end":           serversMark + "\nnameserver 192.0.2.53\n" + hosts,
		"no begin":         "nameserver 192.0.2.53\n" + endMark + "\n" + hosts,
		"no end of search": hosts + "\n" + searchMark + "\nsearch fiber.example\n",
	} {
		t.Run(name, func(t *testing.T) {
			root := newRoot(t)
			place(t, root, content)
			err := fileHost(t, root).UseResolvers("gsm", gsmServers, nil)
			require.ErrorContains(t, err, resolvConf)
			require.ErrorContains(t, err, "remove those lines")
			assert.Equal(t, content, found(t, root))
		})
	}
}

func TestAnotherProgramsFileIsRefused(t *testing.T) {
	root := newRoot(t)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "run/NetworkManager"), 0o755))
	theirs := filepath.Join(root, "run/NetworkManager/resolv.conf")
	require.NoError(t, os.WriteFile(theirs, []byte(hosts), 0o600))
	require.NoError(t, os.Symlink("../run/NetworkManager/resolv.conf", filepath.Join(root, resolvConf)))
	h := fileHost(t, root)
	err := h.UseResolvers("fiber", fiberServers, nil)
	require.ErrorContains(t, err, "../run/NetworkManager/resolv.conf, which another program writes: put a file in its place")
	require.ErrorContains(t, err, "or take the dns block of fiber out of the document")
	assert.Equal(t, hosts, found(t, root))
	require.NoError(t, h.UseResolvers("", nil, nil), "there is nothing to give back")
}
