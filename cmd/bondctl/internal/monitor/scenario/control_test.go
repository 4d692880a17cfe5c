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

func TestFaultsStopTrafficThatNobodyMoves(t *testing.T) {
	t.Parallel()
	cases := map[string]func(w *world) (repair func()){
		"link cut":           func(w *world) func() { w.cut(eth0); return func() { w.mend(eth0) } },
		"upstream blackhole": func(w *world) func() { return w.blackhole(eth0) },
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.stand(eth0, wlan0)
			m := w.measure(metered, steady)
			m.flowsOver(eth0)
			repair := fault(w)
			m.flowsNowhere()
			repair()
			m.flowsOver(eth0)
		})
	}
}
