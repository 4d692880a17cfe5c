package manager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeDaemon is systemd-networkd on a bus: it tells of each link the states
// given, one at each question, and the last one from then on.
type fakeDaemon struct {
	states map[string][]string
	// refusals are the answers to the first calls of Reload.
	refusals []error
	reloads  int
	hangs    bool
	closed   bool
}

func (f *fakeDaemon) Close() { f.closed = true }

func (f *fakeDaemon) Call(ctx context.Context, service, object, method string, _ ...any) ([]any, error) {
	if f.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if service != "org.freedesktop.network1" {
		return nil, fmt.Errorf("%s is not here", service)
	}
	switch method {
	case "org.freedesktop.network1.Manager.Reload":
		if f.reloads++; f.reloads <= len(f.refusals) {
			return nil, f.refusals[f.reloads-1]
		}
		return nil, nil
	case "org.freedesktop.network1.Manager.ListLinks":
		links := [][]any{}
		for name := range f.states {
			links = append(links, []any{int32(len(links)), name, dbus.ObjectPath("/" + name)})
		}
		return []any{links}, nil
	}
	name := strings.TrimPrefix(object, "/")
	state := f.states[name][0]
	if len(f.states[name]) > 1 {
		f.states[name] = f.states[name][1:]
	}
	return []any{dbus.MakeVariant(state)}, nil
}

// stopped is the manager for a fake that has no process.
func stopped(t *testing.T, f *fakeDaemon) linkDaemon {
	t.Helper()
	return linkDaemon{t.TempDir(), netplanGenerate, func(context.Context) (closingBus, error) { return f, nil }}
}

// running is the manager for a fake that has one, though it may not be on the bus.
func running(t *testing.T, f *fakeDaemon) linkDaemon {
	t.Helper()
	m := stopped(t, f)
	require.NoError(t, os.MkdirAll(filepath.Join(m.root, "proc/7"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(m.root, "proc/7/comm"), []byte("systemd-network\n"), 0o644))
	return m
}

var (
	absent    = dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}
	reloading = dbus.Error{Name: "org.freedesktop.network1.AlreadyReloading"}
)

func TestNetworkdTakesUpByAReload(t *testing.T) {
	f := &fakeDaemon{states: map[string][]string{
		"bond0": {"pending", "configuring", "configured"}, "eth0": {"configured"}, "wlan9": {"failed"},
	}}
	m := running(t, f)
	doc := decode(t, office)
	require.NoError(t, m.CanTake(doc))
	require.NoError(t, m.TakeUp(t.Context(), doc, nil))
	assert.Equal(t, 1, f.reloads)
	assert.Equal(t, []string{"configured"}, f.states["bond0"], "it was waited for")
	assert.True(t, f.closed)

	f.states["eth1"] = []string{"failed"}
	require.EqualError(t, m.TakeUp(t.Context(), doc, nil),
		"systemd-networkd: it failed to set up eth1: journalctl -u systemd-networkd says why")

	known, err := m.Remember([]string{"bond0"})
	require.NoError(t, err)
	require.NoError(t, m.Restore(t.Context(), []string{"bond0", "eth1"}, known), "what failed before may fail again")
	assert.Equal(t, 3, f.reloads)
}

// A lease may never come.
func TestNetworkdIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{states: map[string][]string{"bond0": {"configuring"}}}
		begin := time.Now()
		require.NoError(t, running(t, f).TakeUp(t.Context(), decode(t, office), nil))
		assert.Less(t, time.Since(begin), 3*time.Second)
	})
}

func TestNetworkdThatIsJustStartingOrReloading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{refusals: []error{absent, absent, reloading}}
		require.NoError(t, running(t, f).Restore(t.Context(), nil, nil))
		assert.Equal(t, 4, f.reloads)
	})
}

func TestNetworkdThatNeverGetsOntoTheBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{refusals: slices.Repeat([]error{reloading}, 1000)}
		begin := time.Now()
		require.ErrorContains(t, running(t, f).Restore(t.Context(), nil, nil), "in vain")
		assert.Less(t, time.Since(begin), 11*time.Second)
	})
}

func TestNetworkdThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := running(t, &fakeDaemon{hangs: true})
		for name, ask := range map[string]func() error{
			"for its links": func() error { return m.CanTake(decode(t, office)) },
			"to reload":     func() error { return m.TakeUp(t.Context(), decode(t, office), nil) },
		} {
			begin := time.Now()
			require.EqualError(t, ask(), "systemd-networkd: asked "+name+": no answer within 10s: systemctl restart systemd-networkd")
			assert.Equal(t, 10*time.Second, time.Since(begin))
		}
	})
}

// Nothing is changed where nobody would take it up; and a daemon that does not
// run will read the restored files when it starts.
func TestNetworkdThatDoesNotRun(t *testing.T) {
	f := &fakeDaemon{refusals: []error{absent, absent}}
	require.NoError(t, stopped(t, f).Restore(t.Context(), nil, nil))
	require.ErrorContains(t, stopped(t, f).TakeUp(t.Context(), decode(t, office), nil), "systemctl enable --now systemd-networkd")

	m, err := For("networkd", t.TempDir())
	require.NoError(t, err)
	require.ErrorContains(t, m.CanTake(decode(t, office)), "systemctl enable --now systemd-networkd")
	require.NoError(t, m.Restore(t.Context(), nil, nil))
	require.NoError(t, m.Prepare(t.Context()), "there is no udev")
}

func TestNetworkdBehindABusThatIsGone(t *testing.T) {
	m := running(t, nil)
	m.open = func(context.Context) (closingBus, error) { return nil, errors.New("no bus") }
	require.EqualError(t, m.Restore(t.Context(), nil, nil), "systemd-networkd cannot be told anything: no bus")
}

func TestNetworkdSaysWhatItCannotTakeUp(t *testing.T) {
	m := running(t, &fakeDaemon{})
	for name, text := range map[string]string{
		"wlan0":    "bond \"bond0\" {\nmode = 1\nfail_over_mac = \"active\"\nslave \"eth0\" {}\nslave \"wlan0\" {\nwifi {\nssid = \"x\"\npsk = \"long enough\"\n}\n}\n}",
		"ppp0":     `ppp "ppp0" {}`,
		"wireless": "wifi \"wireless\" {\nssid = \"x\"\npsk = \"long enough\"\n}",
	} {
		require.ErrorContains(t, m.CanTake(decode(t, text)), name+": this version", text)
	}
	require.NoError(t, m.CanTake(decode(t, "bond \"bond0\" {\nslave \"eth0\" {}\nipv4 { dhcp = true }\n}")))
}

// netplan's files decide who is told: the last that names a renderer counts.
func TestWhoTakesUpNetplansFiles(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "etc/netplan")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	write := func(name, renderer string) {
		text := "network: {version: 2, renderer: " + renderer + "}\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	m, err := For("netplan", root)
	require.NoError(t, err, "systemd-networkd is netplan's default")
	assert.Equal(t, []string{"netplan", "generate"}, m.(linkDaemon).prepare)
	write("01-all.yaml", "NetworkManager")
	_, isDaemon := mustNot(For("netplan", root)).(linkDaemon)
	assert.False(t, isDaemon)
	write("02-server.yaml", "networkd")
	m, err = For("netplan", root)
	require.NoError(t, err)
	assert.IsType(t, linkDaemon{}, m)
}

// mustNot gives the manager, none where there is an error.
func mustNot(m Manager, _ error) Manager { return m }

func TestAProgramThatFailsSaysWhy(t *testing.T) {
	require.NoError(t, run(t.Context(), "true"))
	require.EqualError(t, run(t.Context(), "sh", "-c", "echo Error in line 3; exit 78"), "sh -c echo Error in line 3; exit 78: exit status 78: Error in line 3")
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	require.ErrorContains(t, run(gone, "sleep", "600"), "interrupted")
	require.ErrorContains(t, run(t.Context(), "bondctl-has-no-such-program"), "executable file not found")
}
