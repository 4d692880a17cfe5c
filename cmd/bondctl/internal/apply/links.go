package apply

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

const (
	// carrierLimit is how long a bond's other slaves may take to get carrier: a
	// negotiating card needs some seconds, a station that associates more.
	carrierLimit = 30 * time.Second
	carrierPoll  = 50 * time.Millisecond
)

// Leader makes the changes that are By a manager.
type Leader func(context.Context, plan.Change) error

// Links makes changes one after the other and stops at the first that fails.
// It has the leader make those that are By a manager, and calls before and after
// around each.
func Links(ctx context.Context, k kernel.Kernel, changes []plan.Change, leader Leader, before, after func(plan.Change)) error {
	for _, c := range changes {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		before(c)
		if err := eitherWay(ctx, k, c, leader); err != nil {
			return err
		}
		after(c)
	}
	return nil
}

// eitherWay makes a change, or has the manager make it. What a manager adds
// comes with the profile that it takes up; what it takes away may be somebody
// else's, and still there.
func eitherWay(ctx context.Context, k kernel.Kernel, c plan.Change, leader Leader) error {
	switch {
	case c.By == "":
		return link(ctx, k, c)
	case c.Verb >= plan.Read:
		return leader(ctx, c)
	case c.Verb == plan.RemoveAddress || c.Verb == plan.RemoveRoute || c.Verb == plan.Delete:
		return unlessGone(Change(k, c))
	}
	return nil
}

// unlessGone passes over the absence of what was to be removed.
func unlessGone(err error) error {
	for _, gone := range []error{kernel.ErrNoLink, syscall.EADDRNOTAVAIL, syscall.ESRCH, syscall.ENODEV} {
		if errors.Is(err, gone) {
			return nil
		}
	}
	return err
}

func link(ctx context.Context, k kernel.Kernel, c plan.Change) error {
	if c.Verb == plan.AwaitCarrier {
		return awaitCarrier(ctx, k, c.Link)
	}
	return Change(k, c)
}

// awaitCarrier waits for a link to have carrier. One that gets none in time is
// no error: the slave that is out of range today is why there is a bond.
func awaitCarrier(ctx context.Context, k kernel.Kernel, name string) error {
	limit := time.After(carrierLimit)
	for {
		state, err := k.Observe()
		if err != nil {
			return err
		}
		if l, ok := state.Link(name); ok && l.Carrier {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit:
			return nil
		case <-time.After(carrierPoll):
		}
	}
}

const (
	// settleLimit is how long the kernel and whoever else looks after links may
	// take to come to rest after the last change.
	settleLimit = 10 * time.Second
	settlePoll  = 200 * time.Millisecond
)

// Verify reads everything back and is an error as long as something is not as
// wanted when the kernel has come to rest.
func Verify(ctx context.Context, k kernel.Kernel, want *plan.Wanted) error {
	limit := time.After(settleLimit)
	for {
		left, missing, err := remaining(k, want)
		if err != nil || len(left) == 0 {
			return errors.Join(err, missing)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit:
			return fmt.Errorf("%d of the changes did not take; the first: %s", len(left), left[0])
		case <-time.After(settlePoll):
		}
	}
}

// remaining plans what is left to change; missing says what cannot be, because
// its link is not there or somebody else's.
func remaining(k kernel.Kernel, want *plan.Wanted) (left []plan.Change, missing, err error) {
	state, err := k.Observe()
	if err != nil {
		return nil, nil, err
	}
	left, problems := plan.Network(want, state)
	var errs []error
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("%s: %s", p.Link, p.Summary))
	}
	return left, errors.Join(errs...), nil
}

// restoreTries bounds how often what is left to restore is looked for again:
// some of it shows only after the rest is back.
const restoreTries = 5

// Restore makes links what they were in an earlier state ([plan.Before]), from
// whatever state they are in now. What fails keeps nothing else from coming
// back, and is tried again with the plan that is right by then; the error says
// what stays different. Before each change it calls say.
func Restore(ctx context.Context, k kernel.Kernel, want *plan.Wanted, say func(plan.Change)) error {
	var failed error
	for range restoreTries {
		left, missing, err := remaining(k, want)
		if err != nil || len(left) == 0 {
			return errors.Join(err, missing)
		}
		failed = try(ctx, k, left, say)
	}
	left, missing, err := remaining(k, want)
	if len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("%d changes cannot be undone; the first: %s", len(left), left[0]), failed)
	}
	return errors.Join(err, missing)
}

// try makes changes, those too that come after one that fails, and gives the
// first error.
func try(ctx context.Context, k kernel.Kernel, changes []plan.Change, say func(plan.Change)) error {
	var first error
	for _, c := range changes {
		say(c)
		if err := link(ctx, k, c); err != nil && first == nil {
			first = err
		}
	}
	return first
}
