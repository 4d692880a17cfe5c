package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

var (
	errInterrupted = errors.New("interrupted")
	errLeft        = errors.New("interrupted again: the guard goes on rolling back, and bondctl status tells when it is done")
	errMoved       = errors.New("the host changed while you were asked, so the plan no longer holds; nothing was changed. Run apply again")
)

// isInterrupt tells whether a signal asks to stop; SIGHUP, which a lost
// connection brings, does not.
func isInterrupt(s os.Signal) bool { return s == os.Interrupt || s == syscall.SIGTERM }

// interruptible does something that the first Ctrl-C ends, however late it comes.
func (c *change) interruptible(do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case s := <-c.signals:
				if isInterrupt(s) {
					c.pressed = true
					cancel(errInterrupted)
				}
			case <-done:
				return
			}
		}
	}()
	err := do(ctx)
	close(done)
	<-stopped // no signal is taken from here on that the next to wait for one should have
	if err == nil {
		err = context.Cause(ctx)
	}
	cancel(nil)
	return err
}

// await waits until somebody decides: here by Enter or Ctrl-C, elsewhere by a
// command, or the guard when the window ends.
func (c *change) await() error {
	w := &waiting{change: c, id: c.tx.ID(), shown: -1}
	c.event(view.ConfirmRequired(c.tx.Journal(), c.keyboard()))
	c.store.AnnounceWindow(c.tx.Journal())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	looks, ended := w.watch(ctx)
	lines := c.lines()
	for {
		select {
		case look := <-looks:
			w.show(look)
		case j := <-ended:
			return w.outcome(j)
		case <-lines:
			lines = nil
			if _, err := c.store.Confirm(w.id, c.actor()); err != nil {
				c.say("%v", err)
			}
		case s := <-c.signals:
			if err := w.interrupted(s); err != nil {
				return err
			}
		}
	}
}

// waiting is a change that waits for its confirmation.
type waiting struct {
	*change
	id string
	// shown is what the countdown says; told is set when a rollback was told of.
	shown time.Duration
	told  bool
}

// look is a transaction as it was seen, with what is left of its window.
type look struct {
	journal checkpoint.Journal
	left    time.Duration
}

// watch gives the transaction as often as it is looked at, and once more when
// it has ended. It arms the guard again when that is gone.
func (w *waiting) watch(ctx context.Context) (<-chan look, <-chan checkpoint.Journal) {
	looks, ended := make(chan look), make(chan checkpoint.Journal, 1)
	go func() {
		j, err := w.store.Watch(ctx, w.id, func(j checkpoint.Journal, left time.Duration) {
			if alive, err := w.store.GuardAlive(j.ID); err == nil && !alive && j.State == checkpoint.Awaiting {
				w.rearm(j.ID)
			}
			select {
			case looks <- look{j, left}:
			case <-ctx.Done():
			}
		})
		if err == nil {
			ended <- j
		}
	}()
	return looks, ended
}

// show counts down on a terminal, and tells of a rollback that others begin.
func (w *waiting) show(l look) {
	if l.journal.State == checkpoint.RollingBack {
		w.tellRollback(l.journal.Outcome.Reason)
		return
	}
	left := max(l.left, 0).Round(time.Second)
	if w.isInteractive() && left != w.shown {
		w.shown = left
		w.out.Printf("\r%4.0f s left ", left.Seconds())
		_ = w.out.Flush() // a closed output must not stop the waiting
	}
}

// tellRollback leaves the line of the countdown and tells once that a rollback begins.
func (w *waiting) tellRollback(reason string) {
	if w.told {
		return
	}
	w.told = true
	w.endCountDown()
	w.event(view.RollbackStart(w.id, reason))
}

// endCountDown leaves the line of the countdown.
func (w *waiting) endCountDown() {
	if w.shown >= 0 {
		w.out.Println()
		w.shown = -1
	}
}

// isInteractive tells whether a person sits at the terminal, reads and types.
func (c *change) isInteractive() bool {
	return c.env.TTY != "" && c.isTerminal(c.env.Stdout) && !c.asJSON
}

// keyboard says how the terminal confirms, if there is one.
func (c *change) keyboard() string {
	if !c.isInteractive() {
		return ""
	}
	return "press Enter here, or better, from a new login: "
}

func (c *change) rearm(id string) {
	c.say("the guard is gone; arming it again")
	t, err := c.store.Load(id)
	if err == nil {
		err = t.Arm(context.Background(), append(c.env.Self, "guard", id))
	}
	if err != nil {
		c.say("%v", err)
	}
}

// lines gives a value for the first line on a terminal. What was typed ahead, an
// Enter too many at the last question, is dropped. The end of the input is no
// confirmation, and no rollback either: the connection may be what broke.
func (c *change) lines() <-chan struct{} {
	if !c.isInteractive() {
		return nil
	}
	if c.env.DropInput != nil {
		c.env.DropInput()
	}
	entered := make(chan struct{}, 1)
	go func() {
		if _, err := bufio.NewReader(c.env.Stdin).ReadString('\n'); err == nil {
			entered <- struct{}{}
		}
	}()
	return entered
}

// interrupted rolls back at Ctrl-C, unless somebody else has just decided: that
// is what the watch tells then. SIGTERM leaves the decision to others and to the
// guard.
func (w *waiting) interrupted(s os.Signal) error {
	switch s {
	case os.Interrupt:
		w.pressed = true
		w.tellRollback(errInterrupted.Error())
		err := w.undoing(w.id, func() error { return w.store.RollBack(w.id, w.actor(), "it was interrupted", w.undo) })
		if _, incomplete := errors.AsType[*checkpoint.IncompleteError](err); err == nil || incomplete || w.left {
			return w.rolledBack(w.id, errInterrupted, err)
		}
		w.say("%v", err)
	case syscall.SIGTERM:
		w.endCountDown()
		return exitError{code: codeLocked, cause: fmt.Errorf("ended; the guard watches over transaction %s: keep it with bondctl confirm %s", w.id, w.id)}
	}
	return nil
}

// undoing rolls back. A second Ctrl-C leaves the rest to the guard, which takes
// up a rollback that was cut off, and ends this process; without a guard there is
// nobody to leave it to.
func (c *change) undoing(id string, rollBack func() error) error {
	done := make(chan error, 1)
	go func() { done <- rollBack() }()
	for {
		select {
		case err := <-done:
			return err
		case s := <-c.signals:
			if s == os.Interrupt && c.mayLeave(id) {
				c.left = true
				return errLeft
			}
		}
	}
}

// mayLeave tells whether a Ctrl-C while it is rolled back ends this process: the
// second one does, if there is a guard.
func (c *change) mayLeave(id string) bool {
	if !c.pressed {
		c.pressed = true
		c.say("it is rolled back already; Ctrl-C once more leaves the rest to the guard")
		return false
	}
	alive, err := c.store.GuardAlive(id)
	if err != nil || !alive {
		c.say("there is no guard to leave the rollback to: it goes on")
		return false
	}
	return true
}

// outcome tells how the transaction has ended.
func (w *waiting) outcome(j checkpoint.Journal) error {
	if j.State == checkpoint.Confirmed {
		w.endCountDown()
		w.event(view.Confirmed(j))
		return nil
	}
	w.tellRollback(j.Outcome.Reason)
	var err error
	if j.State != checkpoint.RolledBack {
		err = &checkpoint.IncompleteError{ID: j.ID, Err: errors.New(j.Outcome.Error)}
	}
	return w.rolledBack(w.id, errors.New(j.Outcome.Reason), err)
}
