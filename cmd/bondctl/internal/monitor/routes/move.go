package routes

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// Move is a default route of the host's own that changes its metric: the new one is
// added before the old one is removed.
type Move struct{ From, To kernel.Route }

// moves adds those routes of the host's own that the kernel would prefer to ours
// although they lead over links of the fallback. One of which something is unknown
// could not be made again, and stays.
func (w *Wanted) moves(f Fallback, now *kernel.State) {
	for _, r := range now.Routes {
		if isHostDefault(r, f) && r.Metric < bestMetric && f.has(r.Link) && len(r.Unknown) == 0 && !w.isMoved(r) {
			w.Moves = append(w.Moves, Move{r, w.behind(r, now)})
		}
	}
}

// behind gives a route of the host's own behind ours: its metric tells what it was,
// and no other link's route stands there.
func (w *Wanted) behind(r kernel.Route, now *kernel.State) kernel.Route {
	r.Metric += movedMetric
	taken := func(o kernel.Route) bool { return sameSlot(o, r) && o.Link != r.Link }
	for slices.ContainsFunc(now.Routes, taken) || slices.ContainsFunc(w.Moves, func(m Move) bool { return taken(m.To) }) {
		r.Metric += bestMetric
	}
	return r
}

func (w *Wanted) isMoved(r kernel.Route) bool {
	return slices.ContainsFunc(w.Moves, func(m Move) bool { return m.From.Same(r) })
}

// isHostDefault tells whether a route is a default route of the main table that is
// not ours.
func isHostDefault(r kernel.Route, f Fallback) bool {
	return r.To == f.Family.Default() && r.Table == unix.RT_TABLE_MAIN && r.Protocol != protocol && r.Type == unix.RTN_UNICAST
}

// has tells whether a route of the fallback is over a link.
func (f Fallback) has(link string) bool {
	return slices.ContainsFunc(f.Routes, func(r monitor.Route) bool { return r.Link == link })
}

// Preferred is an error for each default route of the host's own that the kernel prefers
// to ours and that is left alone: it leads over a link of no fallback.
func Preferred(fallbacks []Fallback, now *kernel.State) error {
	var all []string
	for _, f := range fallbacks {
		for _, r := range now.Routes {
			if isHostDefault(r, f) && r.Priority() <= bestMetric && !ours(fallbacks, r) {
				all = append(all, fmt.Sprintf("%s: take it away, or describe its link", routeText(&r)))
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	return errors.New(strings.Join(slices.Compact(all), "; "))
}

func ours(fallbacks []Fallback, r kernel.Route) bool {
	return len(r.Unknown) == 0 && slices.ContainsFunc(fallbacks, func(f Fallback) bool { return f.Family.Default() == r.To && f.has(r.Link) })
}

// Leave gives the changes after which nothing is left of this program but what the
// fallbacks given need: the routes of the host's own are where they were, before ours
// are removed.
func Leave(kept []Fallback, now *kernel.State) []Change {
	want := Want(kept, now)
	want.Moves = nil
	for _, r := range now.Routes {
		if isMoved(r) && !slices.ContainsFunc(kept, func(f Fallback) bool { return f.has(r.Link) }) {
			to := r
			to.Metric = (r.Metric - movedMetric) % bestMetric
			if !slices.ContainsFunc(want.Moves, func(m Move) bool { return sameSlot(m.To, to) }) { // the first had it
				want.Moves = append(want.Moves, Move{r, to})
			}
		}
	}
	return Plan(want, now)
}

// isMoved tells whether a route is the host's own, and was moved behind ours.
func isMoved(r kernel.Route) bool {
	const most = 1000
	own := r.To.Bits() == 0 && r.Table == unix.RT_TABLE_MAIN && r.Protocol != protocol && len(r.Unknown) == 0
	return own && r.Metric >= movedMetric && r.Metric < movedMetric+most
}
