package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// led is a monitor that a test leads.
type led struct {
	mu       sync.Mutex
	snapshot *control.Snapshot
	asked    int
	// switches is what a switch does to the fallback's first family.
	switches func(f *control.Fallback, route string)
	// later is what happens at each further look.
	later   func(f *control.Fallback, look int)
	reloads error
}

func (w *led) Snapshot(context.Context) (*control.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked++; w.later != nil {
		w.later(&w.snapshot.Fallbacks[0], w.asked)
	}
	text, err := json.Marshal(w.snapshot)
	if err != nil {
		return nil, err
	}
	s := new(control.Snapshot)
	return s, json.Unmarshal(text, s)
}

func (w *led) Switch(_ context.Context, _, route string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.switches(&w.snapshot.Fallbacks[0], route)
	return nil
}

func (w *led) Reload(context.Context) error { return w.reloads }

// snapshotFile is the snapshot that control and the views are tested with.
const snapshotFile = "../monitor/control/testdata/snapshot.json"

// golden reads a file of this repository, before the test goes elsewhere.
func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// watchedOver has a monitor at the socket of a machine.
func watchedOver(t *testing.T) (*machine, *led) {
	t.Helper()
	text := golden(t, snapshotFile)
	w := &led{snapshot: new(control.Snapshot), switches: func(*control.Fallback, string) {}}
	require.NoError(t, json.Unmarshal([]byte(text), w.snapshot))
	m := newMachine(t)
	dir := filepath.Join(m.Root, defaultRunDir)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	server, err := control.Listen(filepath.Join(dir, control.Socket), w, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); server.Serve(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	return m, w
}

func TestMonitorCommandsWithoutAMonitor(t *testing.T) {
	for _, args := range [][]string{{"status"}, {"status", "--watch"}, {"why"}, {"switch", "lte"}, {"switch", "--auto"}, {"reload"}} {
		m := newMachine(t, append([]string{"monitor"}, args...)...)
		assert.Equal(t, codeError, Run(m.Env), args)
		assert.Equal(t, "bondctl: no monitor is running: start it with systemctl start bondctl-monitor, or bondctl monitor (nobody listens at "+filepath.Join(m.Root, "run/bondctl/monitor.sock")+")\n", m.err.String())
		assert.Empty(t, m.out.String())
	}
}

func TestMonitorStatusIsShown(t *testing.T) {
	text, snapshot := golden(t, "../view/testdata/monitor_status.txt"), golden(t, snapshotFile)
	m, _ := watchedOver(t)
	assert.Equal(t, codeDone, m.again("monitor", "status"))
	assert.Equal(t, text, m.out.String())

	assert.Equal(t, codeDone, m.again("monitor", "status", "--json"))
	assert.JSONEq(t, snapshot, m.out.String())
	assert.True(t, strings.HasPrefix(m.out.String(), "{\n  \"format_version\": "))
}

func TestMonitorStatusIsWatched(t *testing.T) {
	m, w := watchedOver(t)
	signals := make(chan os.Signal, 1)
	m.Signals = func() <-chan os.Signal { return signals }
	w.later = func(_ *control.Fallback, look int) {
		if look == 2 {
			signals <- syscall.SIGINT
		}
	}
	assert.Equal(t, codeDone, m.again("monitor", "status", "--watch", "--json"))
	first, _, _ := strings.Cut(m.out.String(), "\n")
	assert.True(t, strings.HasPrefix(first, `{"format_version":"1.0",`), first)
	assert.True(t, strings.HasSuffix(first, "}"), first)

	w.asked = 0
	m.IsTerminal = func(io.Writer) bool { return true }
	assert.Equal(t, codeDone, m.again("monitor", "status", "--watch"))
	assert.True(t, strings.HasPrefix(m.out.String(), "\x1b[H\x1b[2Jbondctl v1.0.0 watches /etc/bondctl"), m.out.String())
}

func TestMonitorWhy(t *testing.T) {
	text, asJSON := golden(t, "../view/testdata/monitor_why.txt"), golden(t, "../view/testdata/monitor_why.json")
	m, _ := watchedOver(t)
	assert.Equal(t, codeDone, m.again("monitor", "why"))
	assert.Equal(t, text, m.out.String())
	assert.Equal(t, codeDone, m.again("monitor", "why", "internet"))
	assert.Equal(t, text, m.out.String())
	assert.Equal(t, codeDone, m.again("monitor", "why", "internet", "--json"))
	assert.JSONEq(t, asJSON, m.out.String())

	assert.Equal(t, codeError, m.again("monitor", "why", "internat"))
	assert.Equal(t, "bondctl: there is no fallback \"internat\". Did you mean \"internet\"?\n", m.err.String())
}

func TestMonitorSwitch(t *testing.T) {
	cases := []struct {
		name     string
		args     []string
		switches func(f *control.Fallback, route string)
		later    func(f *control.Fallback, look int)
		code     int
		out, err string
	}{
		{
			name: "at once", args: []string{"fiber"},
			switches: func(f *control.Fallback, route string) { f.Active = route },
			out:      "internet (ipv4): traffic moved from cable to fiber.\n",
		},
		{
			name: "it is there already", args: []string{"cable"},
			switches: func(f *control.Fallback, route string) { f.Pin = route },
			out:      "internet (ipv4): traffic goes over cable, as before.\n",
		},
		{
			name: "auto", args: []string{"--auto", "--fallback", "internet"},
			switches: func(f *control.Fallback, _ string) { f.Active = "fiber" },
			out:      "internet (ipv4): traffic moved from cable to fiber.\n",
		},
		{
			name: "not yet", args: []string{"gsm"},
			switches: func(f *control.Fallback, route string) { f.Pin = route }, code: codeError,
			out: "internet (ipv4): not yet: traffic stays with cable, for gsm is absent: ppp0 has no link. It moves when gsm passes; monitor switch --auto takes that back.\n",
		},
		{
			name: "brought up first", args: []string{"gsm"},
			switches: func(f *control.Fallback, route string) { f.Activating = route },
			later: func(f *control.Fallback, look int) {
				if look == 4 {
					f.Activating, f.Active = "", "gsm"
				}
			},
			out: "internet (ipv4): traffic moved from cable to gsm.\n",
			err: "gsm is not ready yet; waiting for it. Ctrl-C ends the waiting, and not the switch\n",
		},
		{
			name: "not judged yet", args: []string{"gsm"},
			switches: func(f *control.Fallback, _ string) { f.Routes[2].Status = monitor.Unknown },
			later: func(f *control.Fallback, look int) {
				if look == 4 {
					f.Routes[2].Status, f.Routes[2].Text = monitor.Bad, "gsm is bad: it is so"
				}
			}, code: codeError,
			out: "internet (ipv4): not yet: traffic stays with cable, for gsm is bad: it is so. It moves when gsm passes; monitor switch --auto takes that back.\n",
			err: "gsm is not ready yet; waiting for it. Ctrl-C ends the waiting, and not the switch\n",
		},
		{name: "unknown route", args: []string{"fibre"}, code: codeError, err: "bondctl: there is no route \"fibre\"; there are fiber, cable, gsm\n"},
		{name: "unknown fallback", args: []string{"fiber", "--fallback", "home"}, code: codeError, err: "bondctl: there is no fallback \"home\"; there are internet\n"},
		{name: "neither", code: codeError, err: "bondctl: name a route, or say --auto: one of the two\n"},
		{name: "both", args: []string{"fiber", "--auto"}, code: codeError, err: "bondctl: name a route, or say --auto: one of the two\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, w := watchedOver(t)
			if c.switches != nil {
				w.switches = c.switches
			}
			w.later = c.later
			assert.Equal(t, c.code, m.again(append([]string{"monitor", "switch"}, c.args...)...))
			assert.Equal(t, c.out, m.out.String())
			assert.Equal(t, c.err, m.err.String())
		})
	}
}

// A route that is never judged is waited for a while, and no longer.
func TestWhatASwitchAwaits(t *testing.T) {
	c := choice{fallback: "internet", route: "gsm"}
	f := &control.Fallback{Fallback: "internet", Active: "fiber", Routes: []control.Route{{Route: "gsm", Status: monitor.Unknown}}}
	assert.True(t, c.awaits(f, time.Second))
	assert.False(t, c.awaits(f, judgedWithin))
	f.Activating = "gsm"
	assert.True(t, c.awaits(f, time.Hour), "the monitor itself ends that")
	f.Fallback = "home"
	assert.False(t, c.awaits(f, 0))
}

func TestWhichFallbackIsMeant(t *testing.T) {
	s := &control.Snapshot{Fallbacks: []control.Fallback{
		{Fallback: "internet", Routes: []control.Route{{Route: "fiber"}, {Route: "lte"}}},
		{Fallback: "office", Routes: []control.Route{{Route: "lte"}}},
	}}
	got, err := choice{route: "fiber"}.among(s)
	require.NoError(t, err)
	assert.Equal(t, "internet", got)
	got, err = choice{route: "lte", fallback: "office"}.among(s)
	require.NoError(t, err)
	assert.Equal(t, "office", got)
	_, err = choice{route: "lte"}.among(s)
	require.EqualError(t, err, "this can mean each of the fallbacks internet, office: say which with --fallback")
	_, err = choice{auto: true}.among(s)
	require.EqualError(t, err, "this can mean each of the fallbacks internet, office: say which with --fallback")
	_, err = choice{route: "fiber", fallback: "office"}.among(s)
	require.EqualError(t, err, `there is no route "fiber"; there are lte`)
	_, err = choice{auto: true}.among(&control.Snapshot{})
	assert.ErrorContains(t, err, "nothing to switch")
}

func TestMonitorReload(t *testing.T) {
	m, w := watchedOver(t)
	assert.Equal(t, codeDone, m.again("monitor", "reload"))
	assert.Equal(t, "/etc/bondctl was read again; 1 fallback is watched.\n", m.out.String())

	w.reloads = &control.InvalidError{Text: "bond.hcl is not valid: 1 error."}
	assert.Equal(t, codeInvalid, m.again("monitor", "reload"))
	assert.Equal(t, "bondctl: bond.hcl is not valid: 1 error.\n", m.err.String())

	w.reloads = errors.New("the disk is gone")
	assert.Equal(t, codeError, m.again("monitor", "reload"))
	assert.Equal(t, "bondctl: the disk is gone\n", m.err.String())
}

// Names come from the monitor that runs, and where none does, from the document.
func TestNamesAreCompleted(t *testing.T) {
	m, _ := watchedOver(t)
	assert.Equal(t, codeDone, m.again("__complete", "monitor", "switch", ""))
	assert.Equal(t, "fiber\ncable\ngsm\n:4\n", m.out.String())
	assert.Equal(t, codeDone, m.again("__complete", "monitor", "switch", "fiber", ""))
	assert.Equal(t, ":4\n", m.out.String())
	assert.Equal(t, codeDone, m.again("__complete", "monitor", "switch", "--fallback", ""))
	assert.Equal(t, "internet\n:4\n", m.out.String())
	assert.Equal(t, codeDone, m.again("__complete", "monitor", "why", ""))
	assert.Equal(t, "internet\n:4\n", m.out.String())

	m = newMachine(t)
	write(t, "bondctl.hcl", `
ppp "ppp0" {}
fallback "away" {
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
`)
	assert.Equal(t, codeDone, m.again("__complete", "monitor", "switch", ""))
	assert.Equal(t, "modem\n:4\n", m.out.String())
}
