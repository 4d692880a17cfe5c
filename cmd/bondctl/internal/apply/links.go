package apply

import (
	"context"
	"fmt"
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

// Links makes changes one after the other and stops at the first that fails.
// Before each it calls say.
func Links(ctx context.Context, k kernel.Kernel, changes []plan.Change, say func(plan.Change)) error {
	for _, c := range changes {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		say(c)
		if err := link(ctx, k, c); err != nil {
			return err
		}
	}
	return nil
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
		left, err := remaining(k, want)
		if err != nil || len(left) == 0 {
			return err
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

func remaining(k kernel.Kernel, want *plan.Wanted) ([]plan.Change, error) {
	state, err := k.Observe()
	if err != nil {
		return nil, err
	}
	left, problems := plan.Network(want, state)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s: %s", problems[0].Link, problems[0].Summary)
	}
	return left, nil
}

// restoreTries bounds how often what is left to restore is looked for again:
// some of it shows only after the rest is back.
const restoreTries = 5

// Restore makes the links named what they were in an earlier state, from
// whatever state they are in now. What fails is tried again with the plan that
// is right by then; the last error is given if something stays different.
func Restore(ctx context.Context, k kernel.Kernel, earlier *kernel.State, names []string) error {
	want := plan.Before(earlier, names)
	var failed error
	for range restoreTries {
		left, err := remaining(k, want)
		if err != nil || len(left) == 0 {
			return err
		}
		failed = Links(ctx, k, left, func(plan.Change) {})
	}
	left, err := remaining(k, want)
	switch {
	case err != nil || len(left) == 0:
		return err
	case failed != nil:
		return failed
	}
	return fmt.Errorf("%d changes cannot be undone; the first: %s", len(left), left[0])
}
