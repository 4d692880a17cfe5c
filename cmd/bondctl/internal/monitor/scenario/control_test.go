package scenario

import "testing"

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
