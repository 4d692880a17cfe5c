package checkpoint

import (
	"fmt"
	"time"
)

// warnBefore is how long before the end of a window everybody is warned; of a
// short one, a third.
const warnBefore = 10 * time.Second

func (s *Store) announce(format string, args ...any) {
	if s.config.Announce != nil {
		s.config.Announce(fmt.Sprintf(format, args...))
	}
}

// AnnounceWindow tells everybody who is logged in that the network has changed
// and how to keep it so.
func (s *Store) AnnounceWindow(j Journal) {
	s.announce("%s has changed the network of this host (transaction %s).\nIt goes back to what it was at %s, unless somebody says: bondctl confirm %s",
		j.Owner, j.ID, clockTime(j.Until), j.ID)
}

// announceRollback tells who undoes what, and why.
func (s *Store) announceRollback(j *Journal, by Actor) {
	s.announce("The network of this host goes back to what it was before transaction %s of %s:\n%s rolls it back, because %s.",
		j.ID, j.Owner, by, j.Outcome.Reason)
}

// warn tells everybody once that a window is about to end.
func (g *guard) warn(j *Journal, now Instant) {
	left := j.Deadline - now.Boot
	if j.State != Awaiting || left > min(warnBefore, j.window()/3) || g.warned == j.Deadline {
		return
	}
	g.warned = j.Deadline
	g.store.announce("In %s the network of this host goes back to what it was before transaction %s of %s.\nTo keep it as it is: bondctl confirm %s",
		max(left.Round(time.Second), time.Second), j.ID, j.Owner, j.ID)
}
