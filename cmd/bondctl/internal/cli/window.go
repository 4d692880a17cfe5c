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
)

var (
	errInterrupted = errors.New("interrupted")
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
	id := c.tx.ID()
	c.invite(c.tx.Journal())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := c.watch(ctx, id)
	lines := c.lines()
	for {
		select {
		case j := <-ended:
			c.endCountDown()
			return c.outcome(j)
		case <-lines:
			lines = nil
			if _, err := c.store.Confirm(id, c.actor()); err != nil {
				c.say("%v", err)
			}
		case s := <-c.signals:
			if err := c.interrupted(id, s); err != nil {
				return err
			}
		}
	}
}

// watch gives the journal when the transaction has ended.
func (c *change) watch(ctx context.Context, id string) <-chan checkpoint.Journal {
	ended := make(chan checkpoint.Journal, 1)
	go func() {
		j, err := c.store.Watch(ctx, id, c.countDown())
		if err == nil {
			ended <- j
		}
	}()
	return ended
}

// countDown shows on a terminal what is left of the window, and arms the guard
// again when it is gone.
func (c *change) countDown() func(checkpoint.Journal, time.Duration) {
	shown := time.Duration(-1)
	return func(j checkpoint.Journal, left time.Duration) {
		left = max(left, 0).Round(time.Second)
		if c.isInteractive() && left != shown {
			shown = left
			c.out.Printf("\r%4.0f s left ", left.Seconds())
			_ = c.out.Flush() // a closed output must not stop the waiting
		}
		if alive, err := c.store.GuardAlive(j.ID); err == nil && !alive && j.State == checkpoint.Awaiting {
			c.rearm(j.ID)
		}
	}
}

// endCountDown leaves the line of the countdown.
func (c *change) endCountDown() {
	if c.isInteractive() {
		c.out.Println()
	}
}

// isInteractive tells whether a person sits at the terminal, reads and types.
func (c *change) isInteractive() bool {
	return c.env.TTY != "" && c.isTerminal(c.env.Stdout) && !c.asJSON
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

// invite says how to keep the change, and until when.
func (c *change) invite(j checkpoint.Journal) {
	c.progress("Confirm within %s, until %s:", j.Window, j.Until.Format(time.TimeOnly))
	if c.isInteractive() {
		c.progress("  press Enter here, or better, from a new login: bondctl confirm %s", j.ID)
	} else {
		c.progress("  bondctl confirm %s", j.ID)
	}
	c.progress("Ctrl-C rolls back now.")
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
func (c *change) interrupted(id string, s os.Signal) error {
	switch s {
	case os.Interrupt:
		err := c.store.RollBack(id, c.actor(), "it was interrupted", c.undo)
		if _, incomplete := errors.AsType[*checkpoint.IncompleteError](err); err == nil || incomplete {
			c.endCountDown()
			return rolledBack(errInterrupted, err)
		}
		c.say("%v", err)
	case syscall.SIGTERM:
		return fmt.Errorf("ended; the guard watches over transaction %s: keep it with bondctl confirm %s", id, id)
	}
	return nil
}

// outcome tells how the transaction has ended.
func (c *change) outcome(j checkpoint.Journal) error {
	switch j.State { //nolint:exhaustive // in all others it is still on its way
	case checkpoint.Confirmed:
		c.progress("Confirmed by %s. To go back: bondctl rollback %s", j.Outcome.By, j.ID)
		return nil
	case checkpoint.RolledBack:
		return rolledBack(errors.New(j.Outcome.Reason), nil)
	}
	return exitError{code: codeIncomplete, cause: &checkpoint.IncompleteError{ID: j.ID, Err: errors.New(j.Outcome.Error)}}
}
