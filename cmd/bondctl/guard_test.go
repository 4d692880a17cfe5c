package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

const (
	guarded = `ethernet "e0" {
  ipv4 {
    addresses = ["198.51.100.10/24"]
    gateway   = "198.51.100.1"
  }
}
`
	// ifstateOfE0 is ifupdown's file and lock of the link.
	ifstateOfE0 = "/run/network/ifstate.e0"
	// patience is for a machine that is busy.
	patience = time.Minute
	pulse    = 20 * time.Millisecond
)

// rack is a host with ifupdown and without systemd: a network namespace with files
// of its own, in which the real program changes a real kernel.
type rack struct {
	*netnstest.Namespace
	t       *testing.T
	program string
	dirs    map[string]string // by the place that each is in
}

// newRack is a host whose link e0 has an address and the default route.
func newRack(t *testing.T, program string) *rack {
	t.Helper()
	r := &rack{Namespace: netnstest.New(t), t: t, program: program, dirs: map[string]string{}}
	for _, place := range []string{"/etc", "/run", "/var/lib"} {
		r.dirs[place] = t.TempDir()
		require.NoError(t, os.Chmod(r.dirs[place], 0o755))
		r.Hide(place, r.dirs[place])
	}
	for name, text := range map[string]string{
		"/etc/network/interfaces":           "source interfaces.d/*\n",
		"/etc/network/interfaces.d/bondctl": "# by hand\n",
		"/etc/bondctl/e0.hcl":               guarded,
		"/run/network/ifstate":              "lo=lo\ne0=e0\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(r.at(name)), 0o755))
		require.NoError(t, os.WriteFile(r.at(name), []byte(text), 0o600))
	}
	r.Do(r.configure)
	return r
}

// at is where a file of the rack lies on this machine.
func (r *rack) at(name string) string {
	for place, dir := range r.dirs {
		if below, ok := strings.CutPrefix(name, place+"/"); ok {
			return filepath.Join(dir, below)
		}
	}
	return name
}

func (r *rack) configure() error {
	k, err := kernel.Open()
	if err != nil {
		return err
	}
	defer k.Close()
	home := kernel.Address{Link: "e0", Prefix: netip.MustParsePrefix("192.0.2.10/24")}
	out := kernel.Route{To: netip.MustParsePrefix("0.0.0.0/0"), Via: netip.MustParseAddr("192.0.2.1"), Link: "e0"}
	for _, step := range []func() error{
		func() error { return k.AddLink("e0", "veth") },
		func() error { return k.Up("e0") },
		func() error { return k.AddAddress(home) },
		func() error { return k.AddRoute(out) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// network is what the kernel has of IPv4 on e0, and the file of bondctl.
func (r *rack) network() string {
	r.t.Helper()
	var told strings.Builder
	r.Do(func() error {
		k, err := kernel.Open()
		if err != nil {
			return err
		}
		defer k.Close()
		state, err := k.Observe()
		if err != nil {
			return err
		}
		for _, a := range state.Addresses {
			if a.Link == "e0" && a.Prefix.Addr().Is4() {
				fmt.Fprintln(&told, "address", a.Prefix)
			}
		}
		for _, route := range state.Routes {
			if route.Link == "e0" && route.To.Addr().Is4() {
				fmt.Fprintln(&told, "route", route.Table, route.To, route.Via)
			}
		}
		return nil
	})
	text, err := os.ReadFile(r.at("/etc/network/interfaces.d/bondctl"))
	require.NoError(r.t, err)
	return told.String() + string(text)
}

// command is bondctl in the rack.
func (r *rack) command(args ...string) *exec.Cmd {
	cmd := exec.Command(r.program, args...) //nolint:noctx // the test ends it
	cmd.Dir = r.t.TempDir()
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	return cmd
}

// says runs bondctl, and gives what it says.
func (r *rack) says(args ...string) string {
	r.t.Helper()
	var text strings.Builder
	cmd := r.command(args...)
	cmd.Stdout, cmd.Stderr = &text, &text
	require.NoError(r.t, r.Start(cmd))
	_ = cmd.Wait() // what it says tells how it went
	return text.String()
}

// begin starts an apply that nobody confirms, and waits until it has said something.
func (r *rack) begin(window, until string) *exec.Cmd {
	r.t.Helper()
	cmd := r.command("apply", "--backend", "ifupdown", "--auto-approve", "--take-over", "--json", "--confirm-within", window)
	log, err := os.Create(filepath.Join(r.t.TempDir(), "apply.log"))
	require.NoError(r.t, err)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(r.t, r.Start(cmd))
	r.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = log.Close()
		if text, err := os.ReadFile(log.Name()); err == nil && r.t.Failed() {
			r.t.Logf("apply:\n%s\nhistory:\n%s", text, r.says("history"))
		}
		r.says("rollback") // a guard ends with its transaction
	})
	require.Eventually(r.t, func() bool {
		text, err := os.ReadFile(log.Name())
		return err == nil && strings.Contains(string(text), until)
	}, patience, pulse, "apply never says %s", until)
	return cmd
}

// awaitRollback waits until the guard has undone everything, and gives what the history says.
func (r *rack) awaitRollback() string {
	r.t.Helper()
	var history string
	require.Eventually(r.t, func() bool {
		history = r.says("history")
		return strings.Contains(history, "rolled-back")
	}, patience, pulse)
	return history
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
}

// Without systemd the guard is a process of its own. It outlives the apply that
// started it, and undoes what that leaves.
func TestTheGuardWithoutSystemdUndoesWhatAKilledApplyLeaves(t *testing.T) {
	if os.Geteuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a network namespace: run the tests as root")
		t.Skip("needs a network namespace: run the tests as root")
	}
	program := filepath.Join(t.TempDir(), "bondctl")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)

	t.Run("in the window", func(t *testing.T) {
		r := newRack(t, program)
		before := r.network()
		kill(t, r.begin("5s", `"type":"confirm_required"`))

		assert.Regexp(t, `guard +nobody confirmed it within 5s`, r.awaitRollback())
		assert.Equal(t, before, r.network())
	})

	t.Run("while it applies", func(t *testing.T) {
		r := newRack(t, program)
		before := r.network()
		ifup, err := os.OpenFile(r.at(ifstateOfE0), os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		require.NoError(t, unix.FcntlFlock(ifup.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}))
		kill(t, r.begin("10m", `"type":"step_done"`))
		require.NoError(t, ifup.Close())

		assert.Regexp(t, `guard +the process that applied it ended`, r.awaitRollback())
		assert.Equal(t, before, r.network())
	})
}
