package scenario

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The negative controls: what the faults do to a host that nobody watches over.

func TestNoFaultLosesNothing(t *testing.T) {
	t.Parallel()
	for _, link := range uplinks {
		t.Run(link, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.stand(link)
			m, s := w.measure(metered, steady), w.sample()
			m.flowsOver(link)
			m.flowsOver(link)
			m.neverRefused()
			s.neverBare()
		})
	}
}

func TestDeadPathsStopTrafficThatNobodyMoves(t *testing.T) {
	t.Parallel()
	for name, fault := range deadPaths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stops(t, newWorld(t, eth0), fault)
		})
	}
}

func TestACutStopsTrafficThatNobodyMoves(t *testing.T) {
	t.Parallel()
	stops(t, newWorld(t), func(w *world) func() {
		w.cut(eth0)
		return func() { w.mend(eth0) }
	})
}

// stops makes sure that a fault of eth0 stops traffic until it is repaired.
func stops(t *testing.T, w *world, fault func(*world) (repair func())) {
	t.Helper()
	w.stand(eth0, wlan0)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	repair := fault(w)
	m.flowsNowhere()
	repair()
	m.flowsOver(eth0)
}

// A host that is watched loses no more while nothing happens to it.
func TestNoFaultLosesNothingThatIsWatched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)
	since := m.now()
	m.flowsOver(eth0)
	until := m.now()
	m.flowsOver(eth0)
	assert.Zero(t, m.lost(since, until))
	d.awaitsTold(began)
	m.neverRefused()
	s.neverBare()
}

// What becomes of the routes of a monitor that was killed before the fault: the kernel
// leaves what is gone for the next route, and nobody leaves what only does not carry, or
// comes back.
func TestFaultsWhenTheMonitorIsDead(t *testing.T) {
	t.Parallel()
	nothing := func() {}
	cases := []struct {
		name  string
		first way
		fault func(w *world) (repair func())
		// during and after are the links that traffic goes over, empty for none.
		during, after string
	}{
		{"2 set down on the host", fibre, func(w *world) func() {
			w.h.down(eth0)
			return func() { w.h.up(eth0) }
		}, wlan0, wlan0},
		{"4 path dead", fibre, func(w *world) func() { return w.blackhole(eth0) }, "", eth0},
		{"17 another address", fibre, func(w *world) func() {
			w.h.removeAddress(eth0, "10.1.0.2/24")
			w.h.addAddress(eth0, "10.1.0.9/24")
			return nothing
		}, wlan0, wlan0},
		{"19 link made again", mobile, func(w *world) func() {
			w.wires[ppp0].remove()
			return func() { w.wire(ppp0) }
		}, wlan0, wlan0},
		{"30 route removed", fibre, func(w *world) func() {
			route := w.mainRoute()
			require.NoError(w.t, w.h.kernel.RouteDel(&route))
			return nothing
		}, wlan0, wlan0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.watch(document(soon, c.first, radio))
			d.settles(c.first, radio)
			m := w.measure(metered, steady)
			m.flowsOver(c.first.link)
			d.kill()
			repair := c.fault(w)
			if c.during == "" {
				m.flowsNowhere()
			} else {
				m.flowsOver(c.during)
			}
			repair()
			m.flowsOver(c.after)
			m.flowsOver(c.after)
		})
	}
}

// 12, the negative control: whom the monitor has moved, nobody moves back.
func TestNobodyReturnsWhenTheMonitorIsDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	repair := w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.kill()
	repair()
	m.flowsOver(wlan0)
	m.flowsOver(wlan0)
	assert.Equal(t, wlan0, w.h.leads(metered))
}

// 13, the negative control: when the monitor is dead, traffic is back on a link that keeps
// dying each time that this has a carrier, and stays there when only the path dies.
func TestNobodyHoldsALinkThatDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document("  min_good = \"1h\"", fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	d.kill()
	for range 3 {
		w.cut(eth0)
		m.flowsOver(wlan0)
		w.mend(eth0)
		m.flowsOver(eth0)
	}
	w.blackhole(eth0)
	m.flowsNowhere()
}

// 14, the negative control: when the monitor is dead, nobody finds the first path that is
// back.
func TestNobodyFindsWhatIsBackFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	mend := w.darken(d)
	d.kill()
	mend()
	m.flowsNowhere()
	assert.Equal(t, eth0, w.h.leads(metered))
}

// 15, the negative control: the kernel alone takes the next route, dead or not.
func TestTheKernelTakesADeadBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio, mobile))
	d.settles(fibre, radio, mobile)
	m := w.measure(metered, steady)
	d.kill()
	w.blackhole(wlan0)
	m.flowsOver(eth0)
	w.cut(eth0)
	m.flowsNowhere()
	assert.Equal(t, wlan0, w.h.leads(metered))
}

// 20, the negative control: when the monitor is dead, nobody dials.
func TestNobodyDials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hangUp()
	d := w.watch(document(soon, fibre, w.dialled()))
	d.settles(fibre)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	d.kill()
	w.mute(eth0)
	m.flowsNowhere()
	assert.Empty(t, w.read("dialler"))
}

// 34, the negative control: when the monitor is dead, nobody asks for a next hop that is
// known not to answer.
func TestNobodyAsksForANeighbour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	d.kill()
	w.h.givesUp(wlan0)
	w.blackhole(eth0)
	m.flowsNowhere()
	assert.False(t, w.warm(wlan0))
}
