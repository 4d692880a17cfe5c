package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// 12: the better route is well again. Nothing is lost on the way back.
func TestFailBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	repair := w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.carries(radio)

	since := m.now()
	repair()
	m.flowsOver(eth0)
	until := m.now()
	m.flowsOver(eth0)
	assert.Zero(t, m.lost(since, until))
	m.neverRefused()
	s.neverBare()
	d.awaitsTold(began, left, returned)
}

// 13: the better route dies again as soon as it carries: its link, or only its path.
func TestFailBackToALinkThatDies(t *testing.T) {
	t.Parallel()
	deaths := map[string]func(w *world) (repair func()){
		"the link": func(w *world) func() { w.cut(eth0); return func() { w.mend(eth0) } },
		"the path": func(w *world) func() { return w.blackhole(eth0) },
	}
	for name, dies := range deaths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.watch(document("  min_good = \"5s\"", fibre, radio))
			d.settles(fibre, radio)
			m, s := w.measure(metered, steady), w.sample()
			repair := dies(w)
			m.flowsOver(wlan0)
			d.carries(radio)
			repair()
			d.carries(fibre)
			repair = dies(w)
			m.flowsOver(wlan0)
			d.awaitsTold(began, left, returned, left)
			repair()
			d.awaits("it must be good for longer", func(s *control.Snapshot) bool {
				r := find(s, fibre)
				return s.Fallbacks[0].Active == "radio" && r.Status == monitor.Good && r.Flaps == 2 && r.Held > 5*time.Second
			})
			m.neverRefused()
			s.neverBare()
		})
	}
}

// 11: a link comes and goes. Traffic stays on the other one for longer and longer.
func TestFlapping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	for range 3 {
		w.cut(eth0)
		d.carries(radio)
		m.flowsOver(wlan0)
		w.mend(eth0)
		d.carries(fibre)
	}
	w.cut(eth0)
	d.carries(radio)
	m.flowsOver(wlan0)
	w.mend(eth0)
	d.awaits("it is held", func(s *control.Snapshot) bool {
		r := find(s, fibre)
		return s.Fallbacks[0].Active == "radio" && r.Status == monitor.Good && r.Flaps >= 3 && r.Held >= 4*time.Second
	})
	assert.Equal(t, 1, count(d.told(), "flapping fibre"))
	m.neverRefused()
	s.neverBare()
}

func count(all []string, text string) int {
	return strings.Count("\n"+strings.Join(all, "\n")+"\n", "\n"+text+"\n")
}

// darken has both paths die, and mend brings that of radio back.
func (w *world) darken(d *watch) (mend func()) {
	w.t.Helper()
	mend = w.blackhole(wlan0)
	d.is(radio, monitor.Bad)
	w.blackhole(eth0)
	d.awaits("all is down", func(s *control.Snapshot) bool { return s.Fallbacks[0].AllDown })
	return mend
}

// 14: everything is down. That is said once, and the first that is back carries.
func TestAllDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	mend := w.darken(d)
	m.flowsNowhere()
	m.neverRefused()
	d.awaitsTold(began, []string{"all_down"})
	assert.Equal(t, "fibre", d.status().Fallbacks[0].Active, "the last good route is kept")

	mend()
	m.flowsOver(wlan0)
	d.awaitsTold(began, []string{"all_down"}, left)
}

// 15: the second route is dead when the first one fails. Traffic goes straight to the third.
func TestBackupDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio, mobile))
	d.settles(fibre, radio, mobile)
	m, s := w.measure(metered, steady), w.sample()
	w.blackhole(wlan0)
	d.is(radio, monitor.Bad)
	m.flowsOver(eth0)
	w.cut(eth0)
	m.flowsOver(ppp0)
	d.awaitsTold(began, []string{"teardown fibre", "setup mobile", "failed fibre", "connected mobile"})
	assert.NotContains(t, m.seen(), addressOf(wlan0))
	m.neverRefused()
	s.neverBare()
}
