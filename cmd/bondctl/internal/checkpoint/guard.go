package checkpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// guardFile says who the guard is, and is locked as long as it lives.
	guardFile = "guard"
	guardLog  = "guard.log"
)

// guardPulse is how long the guard sleeps at most. Its timers stand still in suspend, and whoever extends a
// window tells nobody.
const guardPulse = time.Second

// Guard watches over a transaction until it is closed, and rolls it back when nobody confirms it in time,
// when applying it takes too long, or when the process that applies it ends before. It is a process of its
// own, which is started by [Transaction.Arm].
//
// It ignores SIGHUP. The context ends it between two looks at the journal, never within a rollback. It
// returns nil when nothing is left for it to do, even if that is because a person has to see to an
// incomplete rollback; its program must then exit with status 0, for otherwise it is started again.
func (s *Store) Guard(ctx context.Context, id string, undo Undo) error {
	signal.Ignore(unix.SIGHUP)
	g := &guard{store: s, id: id, undo: undo}
	defer g.unmark()
	for {
		pause, done := g.round()
		if done {
			return nil
		}
		if err := sleep(ctx, pause); err != nil {
			return fmt.Errorf("the guard of %s was told to end: %w", id, err)
		}
	}
}

// guard is a guard at work.
type guard struct {
	store  *Store
	id     string
	undo   Undo
	undone bool          // undo has returned nil in this process
	mark   *os.File      // nil while another guard holds it
	warned time.Duration // the deadline that was warned of
	said   string
}

// round looks at the journal and does what there is to do. It gives the time until the next look, or that
// there need not be one.
func (g *guard) round() (time.Duration, bool) {
	j, err := g.store.read(g.id)
	if err != nil {
		g.say("%v; looking again", err)
		return guardPulse, g.gone()
	}
	g.markAlive()
	now := g.store.clock.Now()
	verdict := g.judge(&j, now)
	switch verdict.Action {
	case Done:
		return 0, true
	case RollBack:
		return g.rollBack(), false
	case Wait:
		g.warn(&j, now)
	}
	return min(verdict.Until-now.Boot, guardPulse), false
}

func (g *guard) judge(j *Journal, now Instant) Verdict {
	return Judge(j, now, j.Process.runs(now.BootID))
}

// gone tells whether the transaction was removed, with everything that could be restored from it.
func (g *guard) gone() bool {
	_, err := g.store.state.Lstat(path.Join(transactionsDir, g.id))
	return errors.Is(err, fs.ErrNotExist)
}

// rollBack judges once more when it has the lock: someone may have confirmed in between.
func (g *guard) rollBack() time.Duration {
	lock, err := g.store.tryLock(theGuard, "rolling back "+g.id)
	if err != nil {
		g.waitFor(err)
		return lockPoll
	}
	defer lock.Release()
	j, err := lock.read(g.id)
	if err != nil {
		g.say("%v; looking again", err)
		return guardPulse
	}
	verdict := g.judge(&j, g.store.clock.Now())
	if verdict.Action != RollBack {
		return 0
	}
	g.say("rolling back %s, because %s", g.id, verdict.Reason)
	if err := lock.RollBack(g.id, verdict.Reason, g.undoOnce); err != nil {
		g.say("%v", err)
		return guardPulse
	}
	g.say("%s is rolled back", g.id)
	return 0
}

// undoOnce leaves it at one undo that worked. It is asked again when the journal could not be written.
func (g *guard) undoOnce(ctx context.Context, t *Transaction) error {
	if g.undone {
		return nil
	}
	err := g.undo(ctx, t)
	g.undone = err == nil
	return err
}

// waitFor ends a process that holds the lock beyond its limit: it hangs, or was stopped. Its number, its start
// time and this boot must be those that it wrote down itself.
func (g *guard) waitFor(err error) {
	locked, ok := errors.AsType[*LockedError](err)
	if !ok || !locked.Late || locked.Holder.Process == g.store.self {
		g.say("%v", err)
		return
	}
	if failed := locked.Holder.Process.kill(g.store.self.BootID); failed != nil {
		g.say("%v; ending it: %v", err, failed)
		return
	}
	g.say("process %d held the lock longer than it may, and was ended", locked.Holder.Process.PID)
}

// say tells something, but not again and again.
func (g *guard) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text != g.said {
		g.said = text
		g.store.tell("%s", text)
	}
}

// markAlive takes the mark, unless another guard of this transaction has it: then this one stands by.
func (g *guard) markAlive() {
	if g.mark != nil {
		return
	}
	mark, err := g.store.takeMark(g.id)
	if err != nil && !errors.Is(err, unix.EWOULDBLOCK) {
		g.say("showing that the guard is alive: %v", err)
	}
	g.mark = mark
}

func (g *guard) unmark() {
	if g.mark != nil {
		_ = setMarkLock(g.mark, unix.F_UNLCK)
		_ = g.mark.Close()
	}
}

// takeMark locks the guard's file and writes into it who does.
func (s *Store) takeMark(id string) (*os.File, error) {
	f, err := s.openMark(id, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(s.self)
	if err == nil {
		err = setMarkLock(f, unix.F_WRLCK)
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(text, 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// setMarkLock takes the lock on a mark, or gives it back. It is one of an open file description (fcntl(2)),
// which, unlike that of flock(2), can be asked for without being taken: who looks for a guard is never in the
// way of one that starts.
func setMarkLock(f *os.File, how int16) error {
	return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: how})
}

func markLocked(f *os.File) (bool, error) {
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	err := unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &lock)
	return lock.Type != unix.F_UNLCK, err
}

func (s *Store) openMark(id string, flags int) (*os.File, error) {
	return s.state.OpenFile(path.Join(transactionsDir, id, guardFile), flags, secretFile)
}

// GuardAlive tells whether a guard has shown that it watches over the transaction, and lives.
func (s *Store) GuardAlive(id string) (bool, error) {
	if !isID(id) {
		return false, fmt.Errorf("%q is no id of a transaction: an id looks like %s", id, idTime)
	}
	f, err := s.openMark(id, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the guard of %s: %w", id, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	locked, err := markLocked(f)
	if err != nil {
		return false, fmt.Errorf("looking for the guard of %s: %w", id, err)
	}
	if !locked {
		return false, nil
	}
	var process Process
	text, err := io.ReadAll(f)
	return err == nil && json.Unmarshal(text, &process) == nil && process.PID != 0, err
}

// sleep waits, or gives the error of a context that ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}
