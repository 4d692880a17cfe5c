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

// Leave gives the changes after which nothing is left of this program but what those
// of the fallbacks need that are kept: the routes of the host's own are where they
// were, before ours are removed.
func Leave(watched, kept []Fallback, now *kernel.State) []Change {
	want := Want(kept, now)
	want.Moves = nil
	for _, offset := range []uint32{movedMetric, formerMetric} { // what was moved last comes first
		for _, r := range now.Routes {
			if isMoved(r, offset, watched) && !hasLink(kept, r.Link) {
				want.giveBack(r, offset)
			}
		}
	}
	return Plan(want, now)
}

// giveBack gives a route of the host's own the metric that it had. Of several that
// had it the first gets it.
func (w *Wanted) giveBack(r kernel.Route, offset uint32) {
	to := r
	to.Metric = (r.Metric - offset) % bestMetric
	if !slices.ContainsFunc(w.Moves, func(m Move) bool { return sameSlot(m.To, to) }) {
		w.Moves = append(w.Moves, Move{r, to})
	}
}

// isMoved tells whether a route is the host's own, and was moved behind ours by an
// offset: no further than [Wanted.behind] moves one while each link watched has one
// there. The former offset is that of other programs too, and means something over
// the links watched alone.
func isMoved(r kernel.Route, offset uint32, watched []Fallback) bool {
	own := r.To.Bits() == 0 && r.Table == unix.RT_TABLE_MAIN && r.Protocol != protocol && len(r.Unknown) == 0
	most := bestMetric * len(linksOf(watched))
	return own && hasLink(watched, r.Link) && r.Metric >= offset && int(r.Metric-offset) < most
}

func hasLink(fallbacks []Fallback, link string) bool {
	return slices.ContainsFunc(fallbacks, func(f Fallback) bool { return f.has(link) })
}

// linksOf lists the links of the fallbacks, each once.
func linksOf(fallbacks []Fallback) []string {
	var links []string
	for _, f := range fallbacks {
		for _, r := range f.Routes {
			if !slices.Contains(links, r.Link) {
				links = append(links, r.Link)
			}
		}
	}
	return links
}
