package scenario

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// 21: the monitor is killed. The kernel fails over alone, and the next monitor goes on
// where things are.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)
	d.kill()
	w.cut(eth0)
	m.flowsOver(wlan0)

	next := w.watchAgain()
	next.carries(radio)
	next.awaitsTold(left)
	before := w.h.portrait(unix.AF_INET)
	await(t, "what is known is on disk", func() bool { return strings.Contains(w.read("state/state.json"), `"active":"radio"`) })
	next.kill()
	third := w.watchAgain()
	third.settles(radio)
	assert.Equal(t, before, w.h.portrait(unix.AF_INET), "nothing is churned")
	assert.Equal(t, 1, find(third.status(), fibre).Flaps, "what was known is known")
	third.awaitsTold(nil)

	w.mend(eth0)
	m.flowsOver(eth0)
	third.awaitsTold(returned)
	m.neverRefused()
	s.neverBare()
}

// identities lists what all monitors of the world have told, each identity once, as
// "EVENT ROUTE".
func (w *world) identities() []string {
	seen := map[string]bool{}
	var all []string
	for _, m := range w.watches {
		for line := range strings.Lines(m.log.String()) {
			id, name := attribute(line, "id"), attribute(line, "event")
			if id == "" || slices.Contains(quiet, name) || seen[id] {
				continue
			}
			seen[id] = true
			all = append(all, strings.TrimSpace(name+" "+attribute(line, "route")))
		}
	}
	slices.Sort(all)
	return all
}

// hasTold waits until these events were told, each under one identity, whoever has told them.
func (w *world) hasTold(stories ...[]string) {
	w.t.Helper()
	want := slices.Concat(stories...)
	slices.Sort(want)
	await(w.t, "events", func() bool { return len(w.identities()) >= len(want) })
	time.Sleep(time.Second) // for what would be too much
	assert.Equal(w.t, want, w.identities())
}

// 21: the monitor is killed soon after a switch. The next one tells of that switch, and of
// no other: what both tell has one identity.
func TestKilledAtASwitch(t *testing.T) {
	t.Parallel()
	for range 6 {
		after := rand.N(50 * time.Millisecond)
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.watch(document("  min_good = \"1h\"", fibre, radio))
			d.settles(fibre, radio)
			w.hasTold(began)
			w.cut(eth0)
			await(t, "traffic has moved", func() bool { return w.h.leads(metered) == wlan0 })
			time.Sleep(after)
			d.kill()
			w.watchAgain().carries(radio)
			w.hasTold(began, left)
		})
	}
}

// 21: the monitor is killed by the very program that it tells of the switch.
func TestKilledByWhatItTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	killer := w.path("killer")
	w.write("killer", "#!/bin/sh\necho \"$BONDCTL_ID $BONDCTL_EVENT $BONDCTL_ROUTE\" >>"+w.path("told")+"\n[ -e "+w.path("killed")+" ] || { : >"+w.path("killed")+"; kill -KILL $PPID; }\n")
	require.NoError(t, os.Chmod(killer, 0o700))
	handler := "    handler \"exec\" {\n      command = [\"" + killer + "\"]\n      events  = [\"failed\"]\n    }\n"
	d := w.watch(document("  min_good = \"1h\"", fibre.with(handler), radio))
	d.settles(fibre, radio)
	w.cut(eth0)
	<-d.ended
	w.watchAgain().carries(radio)
	await(t, "it is told again", func() bool { return strings.Count(w.read("told"), "\n") == 2 })
	lines := strings.Split(w.read("told"), "\n")
	assert.Regexp(t, `^\S+ failed fibre$`, lines[0])
	assert.Equal(t, lines[0], lines[1], "under the same identity")
	w.hasTold(began, left)
}

// 22: the monitor is asked to end.
func TestStopped(t *testing.T) {
	t.Parallel()
	portraits := func(w *world) string {
		return w.h.portrait(unix.AF_INET) + "\n" + w.h.portrait(unix.AF_INET6) + "\n" + w.sysctls() + w.h.pinned() + w.read("etc/resolv.conf")
	}
	t.Run("the host has its own back", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.stand(eth0, wlan0)
		file := w.etc("nameserver 203.0.113.1\n")
		before := portraits(w)
		d := w.watch(resolvesOverRadio(document("  on_stop = \"restore\"", fibre, radio), "203.0.113.2"))
		d.settles(fibre, radio)
		m, s := w.measure(metered, steady), w.sample()
		w.cut(eth0)
		m.flowsOver(wlan0)
		await(t, "the resolvers are those of radio", func() bool { return strings.Contains(file(), "203.0.113.2") })
		w.mend(eth0)
		d.is(fibre, monitor.Good)
		require.NotEqual(t, before, portraits(w))
		d.stop()
		w.stood(eth0)
		assert.Equal(t, before, portraits(w))
		s.neverBare()
	})
	t.Run("the routes stay", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		d := w.watch(document(soon, fibre, radio))
		d.settles(fibre, radio)
		m, before := w.measure(metered, steady), portraits(w)
		d.stop()
		assert.Equal(t, before, portraits(w))
		m.flowsOver(eth0)
		w.cut(eth0)
		m.flowsOver(wlan0)
		m.neverRefused()
	})
}

// stood gives a link the route back that the host itself would set again with its carrier.
func (w *world) stood(link string) {
	w.t.Helper()
	route := w.h.route("0.0.0.0/0", gatewayOf(link), link, 100*(numberOf(link)+1))
	require.NoError(w.t, w.h.kernel.RouteReplace(route))
}

// pinned are the neighbours that somebody has set for good.
func (h *host) pinned() string {
	h.t.Helper()
	all, err := h.kernel.NeighList(0, ipv4Family)
	require.NoError(h.t, err)
	var lines []string
	for _, n := range all {
		if n.State&netlink.NUD_PERMANENT != 0 {
			lines = append(lines, n.String())
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// sysctls are the settings of the links of the host under test.
func (w *world) sysctls() string {
	w.t.Helper()
	var lines []string
	w.h.Do(func() error {
		for _, link := range append([]string{"all", "default"}, uplinks...) {
			for _, family := range []string{"ipv4", "ipv6"} {
				dir := "/proc/sys/net/" + family + "/conf/" + link
				entries, err := os.ReadDir(dir)
				if err != nil {
					return err
				}
				for _, e := range entries {
					text, err := os.ReadFile(dir + "/" + e.Name())
					if err == nil { // some are not set, or only for writing
						lines = append(lines, dir+"/"+e.Name()+"="+string(text))
					}
				}
			}
		}
		return nil
	})
	return strings.Join(lines, "")
}

// 28: the disk that has the state is full.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.path("state")
	require.NoError(t, os.Mkdir(state, 0o700))
	w.h.Do(func() error { return unix.Mount("tmpfs", state, "tmpfs", 0, "size=256k") })
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	filler := state + "/filler"
	w.h.Do(func() error {
		err := os.WriteFile(filler, make([]byte, 1<<20), 0o600)
		if err == nil {
			return os.ErrExist // the disk was to be too small
		}
		return nil
	})

	w.cut(eth0)
	m.flowsOver(wlan0)
	d.awaits("it tells", func(s *control.Snapshot) bool {
		return strings.Contains(strings.Join(s.Degraded, "\n"), "the state is not saved")
	})
	w.mend(eth0)
	m.flowsOver(eth0)
	m.neverRefused()

	w.h.Do(func() error { return os.Remove(filler) })
	d.awaits("it is well again", func(s *control.Snapshot) bool { return len(s.Degraded) == 0 })
	var text []byte
	w.h.Do(func() (err error) {
		text, err = os.ReadFile(state + "/state.json")
		return err
	})
	assert.True(t, json.Valid(text), "%s", text)
}

// 28: nothing can be written where the state belongs.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.path("state")
	require.NoError(t, os.Mkdir(state, 0o700))
	w.h.Do(func() error { return unix.Mount("tmpfs", state, "tmpfs", unix.MS_RDONLY, "size=1m") })
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	w.cut(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)
	degraded := strings.Join(d.status().Degraded, "\n")
	assert.Contains(t, degraded, "the state is not saved: ")
	assert.Contains(t, degraded, "events for handlers are not saved, and are lost when the monitor ends: ")
	assert.Contains(t, degraded, "read-only file system")
	w.mend(eth0)
	m.flowsOver(eth0)
	d.awaitsTold(began, left, returned)

	w.h.Do(func() error { return unix.Mount("", state, "", unix.MS_REMOUNT, "") })
	d.awaits("it is well again", func(s *control.Snapshot) bool { return len(s.Degraded) == 0 })
	d.kill()
	next := w.watchAgain()
	next.settles(fibre, radio)
	assert.Equal(t, 1, find(next.status(), fibre).Flaps, "what was known is known")
	next.awaitsTold(nil)
	m.neverRefused()
}

// patient has traffic stay where it is.
const patient = "  min_good = \"1h\""

// onBackup has traffic go over the second route, though the first is well again, and then
// writes another document.
func (w *world) onBackup() (*watch, *meter) {
	w.t.Helper()
	d := w.watch(document(patient, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	w.cut(eth0)
	m.flowsOver(wlan0)
	d.carries(radio)
	w.mend(eth0)
	d.is(fibre, monitor.Good)
	w.write(documentFile, document(patient, mobile, fibre, radio))
	return d, m
}

// 36: another document is taken up while traffic goes over the second route.
func TestReloadOnBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, m := w.onBackup()
	before := d.status()
	d.signal(unix.SIGHUP)
	d.awaits("it is taken up", func(s *control.Snapshot) bool { return s.Loaded.After(before.Loaded) })
	d.is(mobile, monitor.Good)
	m.flowsOver(wlan0)
	after := d.status()
	assert.Equal(t, "radio", after.Fallbacks[0].Active)
	assert.Equal(t, before.PID, after.PID)
	assert.Equal(t, 1, find(after, fibre).Flaps)
	d.awaitsTold(began, left)
	m.neverRefused()
}

// 36, the negative control: who forgets what was known takes the first route, and has
// counted nothing.
func TestForgettingOnBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, m := w.onBackup()
	d.kill()
	require.NoError(t, os.RemoveAll(w.path("state")))
	next := w.watchAgain()
	next.settles(mobile, fibre, radio)
	m.flowsOver(ppp0)
	assert.Zero(t, find(next.status(), fibre).Flaps)
}

// 38: a second monitor is started.
func TestSecondMonitor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	second := w.bondctl("monitor", "--state-dir", w.path("state"))
	errs := &logged{}
	second.Stderr = errs
	require.NoError(t, w.h.Start(second))
	require.Error(t, second.Wait())
	assert.Equal(t, 1, second.ProcessState.ExitCode())
	assert.Contains(t, errs.String(), "another monitor runs already")
	d.settles(fibre, radio)
	assert.Equal(t, d.cmd.Process.Pid, d.status().PID)
	d.awaitsTold(began)
}
