package scenario

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// dialled is the way over a modem that is dialled before it carries: whoever does that
// writes it into the file dialler.
func (w *world) dialled() way {
	return mobile.with(w.events("dialler", "setup", "teardown"))
}

// Nobody dials until it is told.
func (w *world) hangUp() { w.wires[ppp0].remove() }

// 20: a link is there only some time after its setup has begun.
func TestDialledModem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hangUp()
	d := w.watch(document(soon, fibre, w.dialled()))
	d.settles(fibre)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	w.mute(eth0)
	await(t, "the modem is dialled", func() bool { return w.read("dialler") == "setup mobile\n" })
	d.awaits("it is waited for", func(s *control.Snapshot) bool { return s.Fallbacks[0].Activating == "mobile" })
	assert.Equal(t, eth0, w.h.leads(metered), "the old route is kept")
	assert.Equal(t, "fibre", d.status().Fallbacks[0].Active)
	assert.Equal(t, []string{"setup fibre", "connected fibre", "setup mobile"}, d.told(quiet...))

	w.wire(ppp0)
	m.flowsOver(ppp0)
	d.is(mobile, monitor.Good)
	d.awaitsTold(began, []string{"setup mobile", "teardown fibre", "failed fibre", "connected mobile"})
	m.neverRefused()
}

// 20: a link that comes in time and carries nothing is given up too: nobody is told that it
// is connected.
func TestModemThatCarriesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hangUp()
	d := w.watch(document(soon, fibre, w.dialled().with("    activate_timeout = \"10s\"\n")))
	d.settles(fibre)
	m := w.measure(metered, steady)
	repair := w.blackhole(eth0)
	d.awaits("it is waited for", func(s *control.Snapshot) bool { return s.Fallbacks[0].Activating == "mobile" })
	w.wire(ppp0)
	w.lose(ppp0)
	await(t, "the modem is put down", func() bool { return w.read("dialler") == "setup mobile\nteardown mobile\n" })
	m.flowsNowhere()
	repair()
	m.flowsOver(eth0)
	assert.NotContains(t, d.told(quiet...), "connected mobile")
	assert.NotContains(t, m.seen(), addressOf(ppp0))
	m.neverRefused()
}

// 20: a link that does not come in time is given up.
func TestModemThatNeverComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hangUp()
	d := w.watch(document(soon, fibre, w.dialled().with("    activate_timeout = \"1s\"\n"), radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left, []string{"setup mobile", "teardown mobile"})
	await(t, "the modem is put down", func() bool { return w.read("dialler") == "setup mobile\nteardown mobile\n" })
	d.carries(radio)
	m.neverRefused()
}
