package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/planfile"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

const (
	// applyWithin is [Env.ApplyWithin] of whoever has not set it.
	applyWithin = 2 * time.Minute
	// lockPatience is how long another bondctl that is at work is waited for.
	lockPatience = 2 * time.Second
	// unguardedWindow is what the guard is given where nobody is asked to confirm.
	unguardedWindow = time.Minute
)

// aim is what a change makes of the running host.
type aim interface {
	// host is the running host as it was seen last.
	host() *live
	// compare plans the way to what is wanted.
	compare() (plan.Plan, hcl.Diagnostics, error)
	// wanted is what the links shall be.
	wanted(plan.Files) *plan.Wanted
	// canTake tells by an error what the manager cannot be made to take up.
	canTake() error
	// takeUp tells the manager.
	takeUp(ctx context.Context, want *plan.Wanted) error
}

// change is one change of the running host, in a transaction.
type change struct {
	*app
	changeFlags
	asJSON bool
	// saved is the plan that is carried out, nil where it is made now.
	saved *planfile.Plan
	aim   aim
	store *checkpoint.Store
	lock  *checkpoint.Lock
	plan  plan.Plan
	want  *plan.Wanted
	// checks are the verifiers of the guard; once the baseline is taken, those that held.
	checks  []*check
	tx      *checkpoint.Transaction
	signals <-chan os.Signal
	// pressed is set at the first Ctrl-C, and left when a rollback was left to the guard.
	pressed, left bool
}

// applyLive makes the running host what the document describes.
func (a *app) applyLive(flags applyFlags) error {
	a.live, a.runner = true, "apply"
	a.beginEvents(flags.outputFormat)
	return a.withStore(func(store *checkpoint.Store) error {
		c := &change{app: a, changeFlags: flags.changeFlags, asJSON: flags.asJSON, store: store}
		return c.run("applying "+a.documentInUse(), func() (aim, error) {
			r, err := a.render(flags.renderFlags)
			if err != nil {
				return nil, err
			}
			return a.openLive(r, flags.via, flags.takeOver)
		})
	})
}

// run leads to an aim, from the lock to the end of the window.
func (c *change) run(what string, open func() (aim, error)) error {
	c.signals = c.env.Signals()
	var err error
	if c.lock, err = c.store.Lock(c.actor(), what, lockPatience); err != nil {
		return locked(err)
	}
	defer c.release()
	if err := c.isFree(); err != nil {
		return err
	}
	if c.aim, err = open(); err != nil {
		return err
	}
	defer c.aim.host().close()
	if err := c.planAndAsk(); err != nil || c.plan.IsEmpty() {
		return err
	}
	if err := c.interruptible(c.takeBaseline); err != nil {
		return err
	}
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

// release gives the lock back, unless a rollback has it that is left to the end
// of this process: then the guard must not begin before.
func (c *change) release() {
	if !c.left {
		c.lock.Release()
	}
}

// keep confirms a change that nobody is asked about.
func (c *change) keep() error {
	kept, err := c.lock.Confirm(c.tx.ID())
	if err != nil {
		return err
	}
	c.event(view.Kept(kept.Journal))
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

// planAndAsk plans, shows, and asks.
func (c *change) planAndAsk() error {
	host := c.aim.host()
	p, found, err := c.aim.compare()
	if err != nil {
		return err
	}
	if err := c.showUnread(host.target); err != nil {
		return err
	}
	if err := c.showFound(host, found); err != nil {
		return err
	}
	c.plan, c.want = p, c.aim.wanted(p.Files)
	if err := c.showPlanned(host, p); err != nil {
		return err
	}
	if p.IsEmpty() {
		return nil
	}
	if host.unmanaged != nil {
		return host.unmanaged
	}
	if err := errors.Join(c.aim.canTake(), c.isOurs(), c.canTakeOver(), c.isGuarded(), c.prepare()); err != nil {
		return err
	}
	return c.consent()
}

// isGuarded refuses to cut the branch that the session sits on without a net.
func (c *change) isGuarded() error {
	threat := c.threat()
	if threat == "" || c.window() > 0 || c.noGuard {
		return nil
	}
	precise := ""
	if !c.aim.host().session.Sure {
		precise = "; or by --via where you have logged in from"
	}
	return fmt.Errorf("the plan %s: say --confirm-within 60s, and the change is undone unless you confirm it%s; or --no-guard, if you have another way in", threat, precise)
}

// threat says how the plan may cut off the session, empty where it does not.
func (c *change) threat() string {
	host := c.aim.host()
	carries, comes := "carries", "comes"
	if !host.session.Sure {
		carries, comes = "may carry", "may come"
	}
	switch touched, diverted := c.plan.Touched(), c.plan.Diverted; {
	case len(touched) > 0:
		return fmt.Sprintf("touches %s, which %s this session", strings.Join(touched, ", "), carries)
	case len(diverted) > 0:
		return fmt.Sprintf("leads the way to %s, where this session %s from, over %s", addresses(host.ends), comes, strings.Join(diverted, ", "))
	case host.session.Lost && len(c.plan.Links) > 0:
		return "changes links, and which of them carry this session is not known"
	}
	return ""
}

// addresses lists addresses for people.
func addresses(list []netip.Addr) string {
	var texts []string
	for _, a := range list {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// isOurs refuses to make something else of somebody else's bond or file unasked.
func (c *change) isOurs() error {
	host := c.aim.host()
	if c.takeOver || host.takeOver {
		return nil
	}
	return errors.Join(c.isOurBond(), host.mayChange(c.plan.Files))
}

func (c *change) isOurBond() error {
	if len(c.plan.Foreign) == 0 {
		return nil
	}
	return fmt.Errorf("there is %s already, which no file of bondctl's describes: somebody else made it. Say --take-over to make it what the document describes, or choose another name; nothing was changed",
		strings.Join(c.plan.Foreign, ", "))
}

// window is how long the change lives unconfirmed, 0 where nobody is asked.
func (c *change) window() time.Duration {
	switch {
	case c.noGuard:
		return 0
	case c.confirmWithin > 0:
		return c.confirmWithin
	case c.aim.host().doc.Guard != nil:
		return c.aim.host().doc.Guard.ConfirmWithin.Or(0)
	}
	return 0
}

// guardedFor is how long the change lives unconfirmed at most; where nobody is
// asked to confirm, that is what the guard is given.
func (c *change) guardedFor() time.Duration { return cmp.Or(c.window(), unguardedWindow) }

// consent asks, and makes sure that the plan still holds when the answer is there.
func (c *change) consent() error {
	if c.approved {
		return nil
	}
	if err := c.ask(); err != nil {
		return err
	}
	var err error
	if c.aim.host().state, err = c.observe(); err != nil {
		return err
	}
	now, _, err := c.aim.compare()
	if err == nil && !c.plan.Equal(now) {
		err = errMoved
	}
	return err
}

// progress tells what is being done.
func (c *change) progress(format string, values ...any) {
	c.event(view.Progress(fmt.Sprintf(format, values...)))
}

// beginEvents has a program told by JSON lines what happens.
func (a *app) beginEvents(format outputFormat) {
	if format.asJSON {
		a.events = view.ProgramEvents{Out: a.out, Now: a.env.Now}
		a.event(view.Begun(thisVersion()))
	}
}

// showPlanned shows what is going to be changed. A program has been told of
// diagnostics before.
func (c *change) showPlanned(host *live, p plan.Plan) error {
	if !c.asJSON {
		return c.showLive(host, p)
	}
	if len(host.diags) > 0 {
		c.event(view.Found(host.sources, host.diags))
	}
	c.event(view.Planned(host.planView(view.Style{}).JSON(p, host.sources, nil)))
	return nil
}
