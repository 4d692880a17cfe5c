package loop

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
)

// arrange writes the routes in their new order at once. They are written by a fresh
// reading, for what stands in the main table is not ours alone.
func (l *Loop) arrange() {
	if l.moment().Sub(l.seen) <= freshness || l.observe() {
		l.write(routes.Plan(l.wanted(), l.now))
	}
}

// wanted is what all fallbacks need of the kernel.
func (l *Loop) wanted() routes.Wanted { return routes.Want(ordered(l.fallbacks), l.now) }

func ordered(fallbacks []*fallback) []routes.Fallback {
	all := make([]routes.Fallback, len(fallbacks))
	for i, f := range fallbacks {
		all[i] = routes.Fallback{Settings: &f.settings, Order: f.state.Order}
	}
	return all
}

// write changes the kernel, and remembers what it was made.
func (l *Loop) write(changes []routes.Change) {
	var failed error
	l.failed = nil
	for _, c := range changes {
		if err := c.Apply(l.Kernel); err != nil {
			failed, l.failed = errors.Join(failed, err), append(l.failed, c)
			continue
		}
		l.Log.Debug("route changed", "change", c.String())
	}
	l.ailments.Set(writing, failed)
	l.hand.made = l.wanted()
	if len(changes) > 0 {
		l.seen = 0 // the next who writes reads again
	}
}

// allFailed tells whether the kernel has refused each of these changes before: nobody
// else has made them necessary.
func (l *Loop) allFailed(changes []routes.Change) bool {
	return !slices.ContainsFunc(changes, func(c routes.Change) bool {
		return !slices.ContainsFunc(l.failed, func(f routes.Change) bool { return f.String() == c.String() })
	})
}

// reconcile makes the routes what they should be. What differs although nothing else
// has changed is somebody else's doing.
func (l *Loop) reconcile() {
	if l.seen == 0 && !l.observe() {
		return
	}
	changes := routes.Plan(l.wanted(), l.now)
	l.settled = len(changes) == 0
	l.ailments.Set(preferred, routes.Preferred(ordered(l.fallbacks), l.now))
	switch {
	case len(changes) == 0:
		l.write(nil)
		l.ailments.Set(fighting, l.hand.report(l.moment()))
	case !l.hand.isForeign(l.wanted()) || l.allFailed(changes):
		l.write(changes)
	case l.hand.mayRepair(l.moment()):
		l.Log.Warn("somebody else has changed the routes; they are put back", "changes", textOf(changes))
		l.write(changes)
		l.ailments.Set(fighting, l.hand.report(l.moment()))
	}
}

func textOf(changes []routes.Change) string {
	texts := make([]string, len(changes))
	for i, c := range changes {
		texts[i] = c.String()
	}
	return strings.Join(texts, "; ")
}

// hand is somebody else's, at our routes.
type hand struct {
	// made is what was written last.
	made routes.Wanted
	// repairs is how often it was put back without rest, the last time at last.
	repairs int
	last    monitor.Moment
}

// The times that somebody else is given way to: they double from one repair to the
// next, and a time of rest ten times as long is the end of it.
const (
	firstYield, longestYield = time.Second, time.Minute
	rests                    = 10
	// fight is how many repairs are one: now and then the kernel loses a route by itself.
	fight = 5
)

// isForeign tells whether nothing else is wanted than what was written last.
func (h *hand) isForeign(wanted routes.Wanted) bool { return h.made.Same(wanted) }

// yield is how long after the last repair the next may come.
func (h *hand) yield() time.Duration {
	if h.repairs == 0 {
		return 0
	}
	return min(firstYield<<min(h.repairs-1, 10), longestYield)
}

// mayRepair tells whether it is time to put the routes back, and counts that.
func (h *hand) mayRepair(now monitor.Moment) bool {
	h.rest(now)
	if h.repairs > 0 && now.Sub(h.last) < h.yield() {
		return false
	}
	h.repairs, h.last = h.repairs+1, now
	return true
}

// rest forgets what is long past.
func (h *hand) rest(now monitor.Moment) {
	if now.Sub(h.last) > rests*h.yield() {
		h.repairs = 0
	}
}

// errFight is that somebody else does not let the routes be.
var errFight = errors.New("somebody else keeps changing the routes of this monitor: find out who with ip monitor route")

// report says what somebody else does, nil for nothing worth it.
func (h *hand) report(now monitor.Moment) error {
	if h.rest(now); h.repairs < fight {
		return nil
	}
	return errFight
}

// leave has the host be without a monitor: fallbacks keep their routes, or the host
// has its own back, as the document says.
func (l *Loop) leave() error {
	err := l.giveBack()
	l.await(l.keep())
	return err
}

func (l *Loop) giveBack() error {
	if !l.observe() {
		return errors.New("the routes are left as they are: the state of the network cannot be read")
	}
	watched := ordered(l.fallbacks)
	kept := slices.DeleteFunc(slices.Clone(watched), func(f routes.Fallback) bool { return l.restores(f.Fallback) })
	err := routes.Apply(l.Kernel, routes.Leave(watched, kept, l.now))
	if len(kept) == 0 {
		err = errors.Join(err, l.Host.Restore(), l.Host.UseResolvers("", nil, nil))
	}
	for _, f := range l.fallbacks {
		if f.described.Restores() {
			l.feed(f, monitor.Input{Kind: monitor.Left})
		}
	}
	return err
}

// await waits until what has happened is told, if the disk does not take too long.
func (l *Loop) await(told <-chan struct{}) {
	select {
	case <-told:
	case <-time.After(hesitation):
	}
}

// restores tells whether the host is to have its own routes back when a fallback is
// not watched any more.
func (l *Loop) restores(name string) bool {
	return slices.ContainsFunc(l.fallbacks, func(f *fallback) bool { return f.settings.Fallback == name && f.described.Restores() })
}
