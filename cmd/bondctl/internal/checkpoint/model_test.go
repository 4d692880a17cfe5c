package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// life is a machine to which anything happens in any order, and what must be true of it all the same.
type life struct {
	*machine
	world  string // what the network is: old, new, or between
	lock   *Lock  // the applier's, nil when nobody applies
	tx     *Transaction
	ended  map[string]State
	reboot int
}

func TestWhateverHappensItEndsOldOrNew(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := &life{machine: newHastyMachine(t), world: "old", ended: map[string]State{}}
		r.Repeat(map[string]func(*rapid.T){
			"":             l.holds,
			"begin":        l.begin,
			"next step":    l.next,
			"apply all":    l.applyAll,
			"crash":        l.crash,
			"confirm":      l.confirm,
			"extend":       l.extend,
			"roll back":    l.rollBackByPerson,
			"fail":         l.fail,
			"guard looks":  l.guardLooks,
			"time passes":  func(r *rapid.T) { l.clock.pass(drawSeconds(r)) },
			"clock is set": func(r *rapid.T) { l.clock.step(drawSeconds(r) - 10*time.Minute) },
			"restart":      l.restarts,
			"undo breaks":  func(*rapid.T) { l.failWith(errors.New("NetworkManager does not answer")) },
			"undo works":   func(*rapid.T) { l.failWith(nil) },
		})
		l.comesToRest(r)
	})
}

func drawSeconds(r *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, 20*60).Draw(r, "seconds")) * time.Second
}

// holds is what is true after everything that happens.
func (l *life) holds(r *rapid.T) {
	all, err := l.List()
	require.NoError(r, err)
	open := 0
	for _, j := range all {
		if j.Open() {
			open++
			continue
		}
		if was, known := l.ended[j.ID]; known {
			require.Equal(r, was, j.State, "what has ended stays as it is")
			continue
		}
		l.ended[j.ID] = j.State
		want := "old"
		if j.State == Confirmed {
			want = "new"
		}
		require.Equal(r, want, l.world)
		l.world = "old" // the next transaction calls old what is now
	}
	require.LessOrEqual(r, open, 1)
}

func (l *life) undoing(r *rapid.T) Undo {
	return func(_ context.Context, tx *Transaction) error {
		j := l.journal(tx.ID())
		require.Equal(r, RollingBack, j.State)
		require.True(r, j.Touched())
		l.world = "between"
		if l.fails != nil {
			return l.fails
		}
		l.world = "old"
		return nil
	}
}

func (l *life) begin(r *rapid.T) {
	if l.lock != nil {
		return
	}
	_, open, err := l.Current()
	require.NoError(r, err)
	lock, err := l.Lock(anna, "applying bond.hcl", 0)
	require.NoError(r, err)
	tx, err := lock.Begin(aMinute)
	if open {
		var other *OpenError
		require.ErrorAs(r, err, &other)
		lock.Release()
		return
	}
	require.NoError(r, err)
	l.lock, l.tx = lock, tx
	l.holds(r) // an abandoned one was closed
}

// next may be refused, by the ceiling or because a rollback has begun. Nothing is changed then.
func (l *life) next(r *rapid.T) {
	if l.lock == nil {
		return
	}
	switch l.journal(l.tx.ID()).State {
	case Prepared:
		require.NoError(r, l.tx.Arm(l.t.Context(), []string{"guard"}))
	case Armed:
		if l.tx.Applying() == nil {
			l.world = "between"
		}
	case Applying:
		l.world = "new"
		if l.tx.Awaiting() == nil {
			l.letGo()
		}
	case Awaiting, Confirmed, RollingBack, RolledBack, RollbackIncomplete:
	}
}

func (l *life) applyAll(r *rapid.T) {
	l.begin(r)
	for range course {
		l.next(r)
	}
}

func (l *life) letGo() {
	if l.lock != nil {
		l.lock.Release()
	}
	l.lock, l.tx = nil, nil
}

// crash ends the applier: its lock is free, and its process is nobody's.
func (l *life) crash(r *rapid.T) {
	if l.lock == nil {
		return
	}
	j := l.journal(l.tx.ID())
	j.Process.Start++
	require.NoError(r, l.save(&j))
	l.letGo()
}

func (l *life) confirm(r *rapid.T) {
	if l.lock != nil {
		return
	}
	j, open, err := l.Current()
	require.NoError(r, err)
	now := l.clock.Now()
	want := open && j.State == Awaiting && j.BootID == now.BootID && now.Boot < j.Deadline

	_, err = l.Confirm("", ben)

	assert.Equal(r, want, err == nil, "%v", err)
}

func (l *life) extend(r *rapid.T) {
	if l.lock == nil {
		_, _ = l.Extend("", ben, drawSeconds(r))
	}
}

func (l *life) rollBackByPerson(r *rapid.T) {
	if l.lock == nil {
		_ = l.RollBack("", ben, "tired of it", l.undoing(r))
	}
}

func (l *life) fail(r *rapid.T) {
	if l.lock != nil {
		_ = l.lock.RollBack(l.tx.ID(), "a step failed", l.undoing(r))
		l.letGo()
	}
}

func (l *life) guardLooks(r *rapid.T) {
	if j, open, err := l.Current(); open {
		require.NoError(r, err)
		g := &guard{store: l.Store, id: j.ID, undo: l.undoing(r)}
		g.round()
		g.unmark()
	}
}

func (l *life) restarts(r *rapid.T) {
	l.letGo()
	l.reboot++
	l.restart(fmt.Sprintf("boot-%d", l.reboot+1))
	if l.fails == nil {
		_, err := l.Recover(l.undoing(r))
		require.NoError(r, err)
		_, open, err := l.Current()
		require.NoError(r, err)
		require.False(r, open, "nothing is open after a restart")
	}
}

// comesToRest lets the guard do its work: nothing stays open for ever.
func (l *life) comesToRest(r *rapid.T) {
	l.failWith(nil)
	l.letGo()
	for range 3 {
		l.clock.pass(maxWindow)
		l.guardLooks(r)
		l.holds(r)
	}
	if j, open, err := l.Current(); open {
		require.NoError(r, err)
		require.GreaterOrEqual(r, j.attempts(), maxAttempts, "%s is left to a person", j.State)
	}
}
