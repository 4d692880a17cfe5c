package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

const (
	// applyWithin bounds a transaction from its beginning to the start of the
	// window, beside the window itself.
	applyWithin = 2 * time.Minute
	// lockPatience is how long another bondctl that is at work is waited for.
	lockPatience = 2 * time.Second
	// unguardedWindow is what the guard is given where nobody is asked to confirm.
	unguardedWindow = time.Minute
)

// change is one apply to the running host.
type change struct {
	*app
	flags   applyFlags
	store   *checkpoint.Store
	lock    *checkpoint.Lock
	live    *live
	manager manager.Manager
	plan    plan.Plan
	want    *plan.Wanted
	tx      *checkpoint.Transaction
	signals <-chan os.Signal
}

// applyLive makes the running host what the document describes.
func (a *app) applyLive(flags applyFlags) error {
	a.live = true
	store, err := a.store()
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // what was written is durable by now
	c := &change{app: a, flags: flags, store: store, signals: a.env.Signals()}
	if c.lock, err = store.Lock(a.actor(), "applying "+a.documentInUse(), lockPatience); err != nil {
		return locked(err)
	}
	defer c.lock.Release()
	if err := c.isFree(); err != nil {
		return err
	}
	if err := c.prepare(); err != nil || c.plan.IsEmpty() {
		return err
	}
	defer c.live.close()
	if err := c.begin(); err != nil {
		return err
	}
	if err := c.interruptible(c.carryOut); err != nil {
		return c.rollBack(err)
	}
	if c.window() == 0 {
		return c.keep()
	}
	c.lock.Release()
	return c.await()
}

// keep confirms a change that nobody is asked about.
func (c *change) keep() error {
	if _, err := c.lock.Confirm(c.tx.ID()); err != nil {
		return err
	}
	c.progress("Done: transaction %s stays.", c.tx.ID())
	return nil
}

// documentInUse names the document in messages of others.
func (a *app) documentInUse() string {
	location, err := a.locate()
	if err != nil {
		return "a document"
	}
	return a.documentName(location)
}

// locked gives the exit code of a lock in other hands, or of an open transaction.
func locked(err error) error {
	_, held := errors.AsType[*checkpoint.LockedError](err)
	_, open := errors.AsType[*checkpoint.OpenError](err)
	if held || open {
		return exitError{code: codeLocked, cause: err}
	}
	return err
}

// isFree refuses to plan while a transaction is open: what is there may not stay.
func (c *change) isFree() error {
	open, err := c.store.OpenTransaction()
	if err != nil {
		return err
	}
	if open != nil {
		return locked(open)
	}
	return nil
}

// prepare plans, shows, and asks.
func (c *change) prepare() error {
	r, err := c.render(c.flags.renderFlags)
	if err != nil {
		return err
	}
	if c.live, err = c.openLive(r, c.flags.via); err != nil {
		return err
	}
	if err := c.planAndAsk(); err != nil {
		c.live.close()
		return err
	}
	return nil
}

func (c *change) planAndAsk() error {
	p, problems, err := c.live.plan()
	if err != nil {
		return err
	}
	if err := c.showUnread(c.live.target); err != nil {
		return err
	}
	if err := c.showProblems(c.live, problems); err != nil {
		return err
	}
	c.plan, c.want = p, c.live.wanted(p.Files)
	if guard := c.live.doc.Guard; guard != nil && len(guard.Verifiers) > 0 {
		c.say("this version does not run the verifiers of the guard block: only the window, and what reads back, decide")
	}
	if !c.flags.asJSON {
		if err := c.showLive(c.live, p); err != nil {
			return err
		}
	}
	if p.IsEmpty() {
		return nil
	}
	if c.manager, err = manager.For(c.live.backend.Name, c.env.Root); err != nil {
		return err
	}
	return errors.Join(c.manager.CanTake(c.live.doc), c.isGuarded(), c.consent())
}

// isGuarded refuses to cut the branch that the session sits on without a net.
func (c *change) isGuarded() error {
	touched := c.plan.Touched()
	if len(touched) == 0 || c.window() > 0 || c.flags.noGuard {
		return nil
	}
	return fmt.Errorf("the plan touches %s, which carries this session: say --confirm-within 60s, and the change is undone unless you confirm it; or --no-guard, if you have another way in",
		strings.Join(touched, ", "))
}

// window is how long the change lives unconfirmed, 0 where nobody is asked.
func (c *change) window() time.Duration {
	switch {
	case c.flags.noGuard:
		return 0
	case c.flags.confirmWithin > 0:
		return c.flags.confirmWithin
	case c.live.doc.Guard != nil:
		return c.live.doc.Guard.ConfirmWithin.Or(0)
	}
	return 0
}

// consent asks, and makes sure that the plan still holds when the answer is there.
func (c *change) consent() error {
	if c.flags.approved {
		return nil
	}
	if err := c.ask(); err != nil {
		return err
	}
	var err error
	if c.live.state, err = c.observe(); err != nil {
		return err
	}
	now, _, err := c.live.plan()
	if err == nil && !c.plan.Equal(now) {
		err = errMoved
	}
	return err
}

// begin writes the journal and arms the guard. Nothing was changed when it fails.
func (c *change) begin() error {
	window := c.window()
	if window == 0 {
		window = unguardedWindow
	}
	var err error
	c.tx, err = c.lock.Begin(checkpoint.Request{
		Window: window, ApplyWithin: applyWithin + window, Backend: c.live.backend.Name, Links: plan.Reach(c.want, c.live.state),
	})
	if err != nil {
		return locked(err)
	}
	if err := c.arm(); err != nil {
		return errors.Join(err, c.lock.RollBack(c.tx.ID(), "it could not begin", c.undo))
	}
	return nil
}

func (c *change) arm() error {
	if err := remember(c.tx, c.live, c.manager, c.plan); err != nil {
		return err
	}
	if c.flags.noGuard {
		return errors.Join(c.tx.WithoutGuard(), c.tx.Applying())
	}
	if err := c.readyForRestart(); err != nil {
		return err
	}
	if err := c.tx.Arm(context.Background(), append(c.env.Self, "guard", c.tx.ID())); err != nil {
		return err
	}
	c.progress("Transaction %s: the guard is armed.", c.tx.ID())
	return c.tx.Applying()
}

// carryOut writes the files, changes the links, tells the manager, and reads
// everything back.
func (c *change) carryOut(ctx context.Context) error {
	k, err := c.env.Kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	if err := c.live.write(c.plan.Files); err != nil {
		return err
	}
	c.point("after the files")
	say := func(change plan.Change) {
		c.point("before " + change.String())
		c.progress("  %s", change)
	}
	if err := apply.Links(ctx, k, c.plan.Links, say); err != nil {
		return err
	}
	c.point("after the links")
	if err := c.manager.TakeUp(ctx, c.live.doc, c.want.Gone()); err != nil {
		return err
	}
	c.point("after the manager")
	if err := apply.Verify(ctx, k, c.want); err != nil {
		return err
	}
	c.progress("Everything reads back as described.")
	return c.tx.Awaiting()
}

func (a *app) point(name string) {
	if a.env.Point != nil {
		a.env.Point(name)
	}
}

// rollBack undoes at once what failed.
func (c *change) rollBack(cause error) error {
	c.say("%v; rolling back", cause)
	return rolledBack(cause, c.lock.RollBack(c.tx.ID(), cause.Error(), c.undo))
}

// rolledBack gives the exit code for a rollback, done or incomplete.
func rolledBack(cause, err error) error {
	if err != nil {
		return exitError{code: codeIncomplete, cause: err}
	}
	return exitError{code: codeRolledBack, cause: fmt.Errorf("rolled back, all is as it was: %w", cause)}
}

// progress tells what is being done.
func (c *change) progress(format string, values ...any) {
	if !c.flags.asJSON {
		c.tell(format, values...)
		_ = c.out.Flush() // a closed output must not stop the work
	}
}
