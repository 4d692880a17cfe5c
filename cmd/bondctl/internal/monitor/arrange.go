package monitor

import "slices"

// arrange has the kernel prefer the routes in the order of their worth. While none
// is usable the order stays: moving would help nobody.
func (t *turn) arrange() {
	if !slices.ContainsFunc(t.ways, func(w *way) bool { return w.Status.Usable() }) {
		return
	}
	ranked := slices.Clone(t.preferred())
	slices.SortStableFunc(ranked, func(a, b *way) int { return t.rank(a) - t.rank(b) })
	order := make([]string, len(ranked))
	for i, w := range ranked {
		order[i] = w.Name
	}
	if t.assert || !slices.Equal(order, t.Order) {
		t.Order, t.keep, t.assert = order, true, false
		t.do(Action{Kind: Arrange, Order: slices.Clone(order)})
	}
}

// rank gives the place of a route, the lowest first. One that has no link comes
// last at once, also the active one before another is proven: the kernel need not
// send into the void meanwhile.
func (t *turn) rank(w *way) int {
	const active, settled, unsettled, unknown, bad, absent = 0, 1, 2, 3, 4, 5
	switch {
	case w.Status == Absent:
		return absent
	case w.Name == t.Active:
		return active
	case w.Status == Bad:
		return bad
	case w.Status == Unknown:
		return unknown
	case t.Now >= w.UsableSince.Add(t.heldIfFailed(w)):
		return settled
	}
	return unsettled
}
