package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

// begin writes the journal and arms the guard. Nothing was changed when it fails.
func (c *change) begin() error {
	window := c.guardedFor()
	var err error
	c.tx, err = c.lock.Begin(checkpoint.Request{
		Window: window, ApplyWithin: cmp.Or(c.env.ApplyWithin, applyWithin) + window, Links: plan.Reach(c.want, c.aim.host().state),
		Backend: c.aim.host().backend.Name, Formers: c.aim.host().formerBackends(), Managers: c.aim.host().managerNames(),
		TookOver: len(c.plan.Files.Foreign()) > 0,
		Plan:     c.saved.ID(),
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
	if err := remember(c.tx, c.aim.host(), c.plan); err != nil {
		return err
	}
	self, err := c.lasting()
	if err == nil {
		err = c.readyForRestart(self)
	}
	if err != nil {
		return err
	}
	if c.noGuard {
		return errors.Join(c.tx.WithoutGuard(), c.tx.Applying())
	}
	if err := c.tx.Arm(context.Background(), slices.Concat(self, []string{"guard", c.tx.ID()})); err != nil {
		return err
	}
	c.event(view.GuardArmed(c.tx.Journal()))
	return c.tx.Applying()
}

// carryOut writes the files, changes the links, tells the manager, and reads
// everything back.
func (c *change) carryOut(ctx context.Context) error {
	opened, err := c.env.Kernel()
	if err != nil {
		return err
	}
	defer opened.Close()
	k := manager.Kernel(c.aim.host().manager, opened)
	if err := c.aim.host().write(c.plan.Files); err != nil {
		return err
	}
	c.point("after the files")
	if err := c.aim.host().prepare(ctx); err != nil {
		return err
	}
	c.point("after preparing")
	if err := c.links(ctx, k, c.plan.Links); err != nil {
		return err
	}
	c.point("after the links")
	if err := c.aim.takeUp(ctx, c.want); err != nil {
		return err
	}
	c.point("after the manager")
	if err := c.again(ctx, k); err != nil {
		return err
	}
	if err := apply.Verify(ctx, k, c.want); err != nil {
		return err
	}
	c.event(view.Verified(c.tx.ID()))
	if err := c.keepsBaseline(ctx); err != nil {
		return err
	}
	return c.tx.Awaiting()
}

// links makes changes, and tells each.
func (c *change) links(ctx context.Context, k kernel.Kernel, changes []plan.Change) error {
	before := func(change plan.Change) {
		c.point("before " + change.String())
		c.event(view.StepStart(change))
	}
	return apply.Links(ctx, k, changes, c.carry(k), before, func(change plan.Change) { c.event(view.StepDone(change)) })
}

// carry is how the managers make their changes.
func (c *change) carry(k kernel.Kernel) apply.Leader {
	host := c.aim.host()
	return func(ctx context.Context, change plan.Change) error {
		switch change.Verb { //nolint:exhaustive // all others are the document's own manager's
		case plan.LetGo:
			return host.letGo(ctx, k, change)
		case plan.EndProgram:
			return host.endProgram(ctx, k, change)
		}
		return host.manager.Carry(ctx, change)
	}
}

// again makes those changes once more that the manager has undone: it makes links
// what its files say, and an earlier state may have been more than that.
func (c *change) again(ctx context.Context, k kernel.Kernel) error {
	state, err := k.Observe()
	if err != nil {
		return err
	}
	left, _ := plan.Network(c.want, state) // problems are told when all is read back
	return c.links(ctx, k, c.aim.host().retaken(left, c.want, state))
}

func (a *app) point(name string) {
	if a.env.Point != nil {
		a.env.Point(name)
	}
}

// masked hides the secrets of the document, which what was asked or told may
// have repeated.
func (c *change) masked(text string) string { return c.aim.host().sources.Redactor().Text(text) }

// rollBack undoes at once what failed. Why goes into the journal, and to
// everybody who is logged in.
func (c *change) rollBack(failure error) error {
	cause := errors.New(c.masked(failure.Error()))
	c.event(view.RollbackStart(c.tx.ID(), cause.Error()))
	err := c.undoing(c.tx.ID(), func() error { return c.lock.RollBack(c.tx.ID(), cause.Error(), c.undo) })
	return c.rolledBack(c.tx.ID(), cause, err)
}

// rolledBack tells the end of a rollback, done or incomplete, and gives the exit
// code. Of one that was left to the guard there is no end to tell.
func (c *change) rolledBack(id string, cause, err error) error {
	if errors.Is(err, errLeft) {
		return exitError{code: codeLocked, cause: err}
	}
	c.event(view.RollbackEnd(id, err))
	if err != nil {
		return exitError{code: codeIncomplete, cause: err}
	}
	return exitError{code: codeRolledBack, cause: fmt.Errorf("rolled back, all is as it was: %w", cause)}
}
