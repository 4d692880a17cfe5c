package checkpoint

import (
	"context"
	"time"
)

// watchPulse is how often a transaction is looked at that others decide about.
const watchPulse = 200 * time.Millisecond

// Watch waits until a transaction needs no more waiting for: it is closed, or its rollback is incomplete. While
// it waits, each is called with the journal and with what is left of the window. A journal that cannot be read
// for a while is looked at again. The context ends the watching, and nothing else.
func (s *Store) Watch(ctx context.Context, id string, each func(j Journal, left time.Duration)) (Journal, error) {
	for {
		j, err := s.read(id)
		if err == nil && (!j.Open() || j.State == RollbackIncomplete) {
			return j, nil
		}
		if err == nil {
			each(j, j.Deadline-s.clock.Now().Boot)
		}
		if err := sleep(ctx, watchPulse); err != nil {
			return j, context.Cause(ctx)
		}
	}
}
