package manager

import (
	"context"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// said is a list of mentions as text, "LINK LINE: TEXT".
func said(path, content string) []string {
	var lines []string
	for _, m := range mentions(generators.File{Path: path, Content: []byte(content)}) {
		lines = append(lines, strings.Join([]string{m.Pattern, m.Text}, " | "))
	}
	return lines
}

func TestWhatFilesConfigure(t *testing.T) {
	for _, c := range []struct {
		name, path, content string
		want                []string
	}{
		{"an address more of a link, and a comment that ends in a backslash", mainInterfaces, "# no \\\niface eth0:1 inet static\n", []string{"eth0 | iface eth0:1 inet static"}},
		{"a stanza without a name", mainInterfaces, "iface\nauto\n", nil},
		{"a bond without slaves of its own", mainInterfaces, "iface bond0 inet dhcp\nbond-slaves none\n", []string{"bond0 | iface bond0 inet dhcp"}},
		{"a line that never ends", mainInterfaces, `iface eth0 \`, []string{"eth0 | iface eth0"}},
		{"no YAML", "/etc/netplan/a.yaml", "network: [", nil},
		{"YAML of something else", "/etc/netplan/a.yaml", "network: 1\n", nil},
		{"one renderer for all links of a kind", "/etc/netplan/a.yaml", "network: {wifis: {renderer: NetworkManager, wlan0: {}}}", []string{"wlan0 | wifis: wlan0"}},
		{"any link", "/etc/netplan/a.yaml", "network: {ethernets: {all: {match: {}}}}", []string{" | ethernets: all"}},
		{"several names", "/etc/netplan/a.yaml", "network: {ethernets: {x: {match: {name: [a, b]}}}}", []string{"a | ethernets: x: match: name: a", "b | ethernets: x: match: name: b"}},
		{"a profile of any cable", dirProfiles + "any", "[connection]\ntype=ethernet\n", []string{" | a profile for any link of its type"}},
		{"not a profile", dirProfiles + "README", "Profiles go here.\n", nil},
		{"a masked file", dirNetworkd + "a.network", "", nil},
		{"a link's file", dirNetworkd + "a.link", "[Match]\nName=eth0\n", nil},
		{"the loopback", dirScripts + "ifcfg-lo", "DEVICE=lo\n", nil},
		{"routes", dirScripts + "route-eth0", "default via 192.0.2.1\n", nil},
	} {
		assert.Equal(t, c.want, said(c.path, c.content), c.name)
	}
}

func TestSourcesOfInterfaces(t *testing.T) {
	root := fstest.MapFS{}
	for name, content := range map[string]string{
		"etc/network/interfaces":     "source interfaces.d/*\nsource /etc/network/interfaces\nsource-directory /etc/other.d\nsource /none/*\n",
		"etc/network/interfaces.d/a": "source b/c\niface eth0 inet dhcp\n",
		// relative to the file that says it
		"etc/network/interfaces.d/b/c": "iface eth1 inet dhcp\n",
		"etc/other.d/d":                "iface eth2 inet dhcp\n",
		"etc/unread":                   "iface eth3 inet dhcp\n",
	} {
		root[name] = &fstest.MapFile{Data: []byte(content)}
	}
	var paths []string
	for _, f := range Gather(t.Context(), Host{Root: root}).Files {
		paths = append(paths, f.Path)
	}
	assert.Equal(t, []string{"/etc/network/interfaces", "/etc/network/interfaces.d/a", "/etc/network/interfaces.d/b/c", "/etc/other.d/d"}, paths)
}

// A bus that takes the connection and never speaks is given up.
func TestBusThatHangs(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = OpenBus(ctx, "unix:path="+socket)
	require.ErrorContains(t, err, "greet the bus at unix:path="+socket)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	_, err = OpenBus(t.Context(), "unix:path="+socket+"-none")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// This machine may be anything, but looking at it ends and finds itself the same.
func TestThisMachine(t *testing.T) {
	facts := Look(t.Context())
	verdict, err := Decide(facts)
	assert.Equal(t, err != nil, verdict.Backend == "", "%v", err)
}

// No file makes the readers panic, and each place is within the file.
func FuzzMentions(f *testing.F) {
	paths := []string{mainInterfaces, "/etc/netplan/a.yaml", dirScripts + "ifcfg-a", dirProfiles + "a", dirNetworkd + "a.network", dirNetworkd + "a.netdev"}
	f.Add(uint8(0), []byte("iface eth0 inet dhcp\nbond-slaves a \\\n b"))
	f.Add(uint8(1), []byte("network: {ethernets: {eth0: &a {match: {name: x}}, b: *a}, bonds: {c: {interfaces: [eth0]}}}"))
	f.Add(uint8(2), []byte("DEVICE=eth0\nexport DEVICE='x'"))
	f.Add(uint8(3), []byte("[match]\ninterface-name=&a;!b;"))
	f.Add(uint8(4), []byte("[Match]\nName=a* [b\n"))
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		file := generators.File{Path: paths[int(kind)%len(paths)], Content: content}
		for _, m := range mentions(file) {
			m.Covers("eth0")
			assert.LessOrEqual(t, m.Line, strings.Count(string(content), "\n")+strings.Count(string(content), "\r")+1)
		}
		_, _ = Decide(Facts{Files: []generators.File{file}, Netplan: true, IfUp: ifupdown2})
	})
}
