package manager_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
)

// fixture is a host of testdata: its files, what is on its bus, and what is to
// be made of it. "links" are symbolic links, and "want" is the outcome.
type fixture struct {
	path    string
	archive *txtar.Archive
	root    fstest.MapFS
	bus     *fakeBus
	want    string
}

func load(t *testing.T, path string) *fixture {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	f := &fixture{path: path, archive: archive, root: fstest.MapFS{}}
	for _, file := range archive.Files {
		switch file.Name {
		case "want":
			f.want = string(file.Data)
		case "bus":
			f.bus = newBus(t, string(file.Data))
		case "links":
			for line := range strings.Lines(string(file.Data)) {
				name, target, _ := strings.Cut(strings.TrimSpace(line), " ")
				f.root[name] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte(target)}
			}
		default:
			f.root[file.Name] = &fstest.MapFile{Data: file.Data, Mode: 0o644}
		}
	}
	return f
}

func (f *fixture) facts(t *testing.T) manager.Facts {
	t.Helper()
	h := manager.Host{Root: f.root, Patience: 10 * time.Millisecond}
	if f.bus != nil {
		h.Bus = f.bus
	}
	return manager.Gather(t.Context(), h)
}

// fakeBus answers as systemd and NetworkManager do. Units are lines such as
// "unit networking.service active enabled"; devices "device eth0 managed
// [external] [PROFILE [FILE]]"; "mute SERVICE" never answers.
type fakeBus struct {
	units   map[string][]string
	objects map[dbus.ObjectPath]map[string]map[string]dbus.Variant
	mute    string
}

func newBus(t *testing.T, text string) *fakeBus {
	t.Helper()
	b := &fakeBus{units: map[string][]string{}}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch words[0] {
		case "unit":
			b.units[words[1]] = words[2:]
		case "device":
			b.device(words[1], words[2:])
		case "mute":
			b.mute = words[1]
		default:
			require.Fail(t, "no such line", line)
		}
	}
	return b
}

func (b *fakeBus) device(name string, words []string) {
	if b.objects == nil {
		b.objects = map[dbus.ObjectPath]map[string]map[string]dbus.Variant{
			"/placeholder": {"org.freedesktop.NetworkManager.Device": {"Interface": dbus.MakeVariant("br9"), "Real": dbus.MakeVariant(false)}},
		}
	}
	at := func(kind string) dbus.ObjectPath { return dbus.ObjectPath("/" + kind + "/" + name) }
	device := map[string]dbus.Variant{
		"Interface": dbus.MakeVariant(name), "Managed": dbus.MakeVariant(words[0] == "managed"), "ActiveConnection": dbus.MakeVariant(dbus.ObjectPath("/")),
	}
	b.objects[at("device")] = map[string]map[string]dbus.Variant{"org.freedesktop.NetworkManager.Device": device}
	flags := uint32(0)
	words = words[1:]
	if len(words) > 0 && words[0] == "external" {
		flags, words = 0x80, words[1:]
	}
	if len(words) == 0 {
		return
	}
	device["ActiveConnection"] = dbus.MakeVariant(at("active"))
	b.objects[at("active")] = map[string]map[string]dbus.Variant{"org.freedesktop.NetworkManager.Connection.Active": {
		"Id": dbus.MakeVariant(words[0]), "Uuid": dbus.MakeVariant("u-" + name), "StateFlags": dbus.MakeVariant(flags), "Connection": dbus.MakeVariant(at("profile")),
	}}
	file := strings.Join(words[1:], " ")
	b.objects[at("profile")] = map[string]map[string]dbus.Variant{"org.freedesktop.NetworkManager.Settings.Connection": {"Filename": dbus.MakeVariant(file)}}
}

func (b *fakeBus) Call(ctx context.Context, service, object, method string, args ...any) ([]any, error) {
	if service == b.mute {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if service == "org.freedesktop.NetworkManager" {
		if b.objects == nil {
			return nil, dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}
		}
		return []any{b.objects}, nil
	}
	if method == "org.freedesktop.systemd1.Manager.LoadUnit" {
		return []any{dbus.ObjectPath("/unit/" + args[0].(string))}, nil
	}
	states, ok := b.units[strings.TrimPrefix(object, "/unit/")]
	if !ok {
		return []any{map[string]dbus.Variant{"LoadState": dbus.MakeVariant("not-found"), "ActiveState": dbus.MakeVariant("inactive")}}, nil
	}
	return []any{map[string]dbus.Variant{
		"LoadState": dbus.MakeVariant("loaded"), "ActiveState": dbus.MakeVariant(states[0]), "UnitFileState": dbus.MakeVariant(states[1]),
	}}, nil
}

// outcome is the verdict and the claims as text.
func (f *fixture) outcome(t *testing.T) string {
	t.Helper()
	facts := f.facts(t)
	verdict, err := manager.Decide(facts)
	var b strings.Builder
	fmt.Fprintln(&b, "backend:", verdict.Backend)
	if err != nil {
		require.ErrorIs(t, err, manager.ErrNoVerdict)
		fmt.Fprintln(&b, "error:", err)
	}
	for _, reason := range verdict.Reasons {
		fmt.Fprintln(&b, "because", reason)
	}
	for _, o := range verdict.Links {
		fmt.Fprintf(&b, "%s has %s: %s\n", o.Backend, o.Link, o.Evidence)
	}
	_, links, _ := strings.Cut(string(f.archive.Comment), "claims:")
	for _, c := range manager.Claims(facts, strings.Fields(links), func(string) bool { return false }) {
		fmt.Fprintf(&b, "%s is also configured in %s:%d (%s): %s\n", c.Link, c.Path, c.Line, c.Owner, c.Text)
	}
	return b.String()
}

func (f *fixture) update(t *testing.T, got string) {
	t.Helper()
	require.Empty(t, os.Getenv("CI"), "expectations are not made in CI")
	last := len(f.archive.Files) - 1
	if f.archive.Files[last].Name == "want" {
		f.archive.Files = f.archive.Files[:last]
	}
	f.archive.Files = append(f.archive.Files, txtar.File{Name: "want", Data: []byte(got)})
	require.NoError(t, os.WriteFile(f.path, txtar.Format(f.archive), 0o644))
}

func fixtures(t *testing.T) []*fixture {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var all []*fixture
	for _, path := range paths {
		all = append(all, load(t, path))
	}
	return all
}

// Hosts as distributions make them, and as people leave them.
func TestHosts(t *testing.T) {
	for _, f := range fixtures(t) {
		t.Run(strings.TrimSuffix(filepath.Base(f.path), ".txtar"), func(t *testing.T) {
			got := f.outcome(t)
			if os.Getenv("UPDATE") == "1" {
				f.update(t, got)
				return
			}
			assert.Equal(t, f.want, got)
			assert.NotContains(t, got, "secret")
			assert.Equal(t, got, f.outcome(t), "the same every time")
		})
	}
}

// What is in a file of ours is no claim of others.
func TestOurOwnFilesClaimNothing(t *testing.T) {
	facts := load(t, "testdata/debian12_ifupdown.txtar").facts(t)
	claims := manager.Claims(facts, []string{"eth0", "wlan0"}, func(path string) bool { return path == "/etc/network/interfaces" })
	require.Len(t, claims, 1)
	assert.Equal(t, manager.Claim{Link: "wlan0", Backend: "ifupdown", Owner: "ifupdown", Path: "/etc/network/interfaces.d/wifi", Line: 2, Text: "iface wlan0 inet dhcp"}, claims[0])
}

// A plan needs no root: files that cannot be read are seen to be there.
func TestFilesForRootAlone(t *testing.T) {
	for name, c := range map[string]struct{ suffix, reason, backend string }{
		"nm_hung":           {".nmconnection", "/etc/NetworkManager/system-connections/home.nmconnection is there, and only root may read it", "keyfile"},
		"ubuntu_server":     {".yaml", "/etc/netplan/50-cloud-init.yaml is there, and only root may read it", "netplan"},
		"raspberry_netplan": {".yaml", "/etc/netplan/90-NM-3f0e.yaml is there, and only root may read it", "netplan"},
		"debian12_ifupdown": {"/interfaces", "/etc/network/interfaces is there, and only root may read it", "ifupdown"},
	} {
		f := load(t, "testdata/"+name+".txtar")
		facts := manager.Gather(t.Context(), manager.Host{Root: manager.Shut{f.root, c.suffix}, Bus: f.bus, Patience: time.Millisecond})
		verdict, err := manager.Decide(facts)
		require.NoError(t, err, name)
		assert.Equal(t, c.backend, verdict.Backend, name)
		assert.Contains(t, verdict.Reasons, c.reason, name)
	}
}

// refusing is a bus that does not let us ask.
type refusing struct{}

func (refusing) Call(context.Context, string, string, string, ...any) ([]any, error) {
	return nil, errors.New("access denied by policy")
}

func TestBusThatRefuses(t *testing.T) {
	facts := manager.Gather(t.Context(), manager.Host{Root: fstest.MapFS{}, Bus: refusing{}, Patience: time.Second})
	assert.Equal(t, []string{
		"systemd was asked for NetworkManager.service: access denied by policy; its processes were looked at instead",
		"NetworkManager was asked for its devices: access denied by policy",
	}, facts.Silent)
}
