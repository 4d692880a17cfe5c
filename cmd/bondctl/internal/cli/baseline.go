package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

const (
	// settleWithin is how long a path may need after a change where the document
	// does not say: a switch may listen and learn for 30 s before it passes
	// anything on (IEEE 802.1D, forward delay).
	settleWithin = 30 * time.Second
	// tryEvery is the time between two tries where the document does not say.
	tryEvery = time.Second
	// triesBefore is how often is asked before a change: any path loses single packets.
	triesBefore = 2
)

// verifiersBlob keeps the verifiers of the guard, for the way back.
const verifiersBlob = "verifiers.json"

// check is a verifier of the guard: what it passes before a change, it must pass after it.
type check struct {
	*verify.Verifier
	// place is where the document has it.
	place string
	// before and after are how often it is asked.
	before, after verify.Trial
}

func (c *check) String() string { return c.Verifier.String() + " (" + c.place + ")" }

// verifiers are those of the guard block, without one none.
func (l *live) verifiers() []*schema.Verifier {
	if l.doc.Guard == nil {
		return nil
	}
	return l.doc.Guard.Verifiers
}

// asked names what is asked before and after a change.
func (l *live) asked() []string {
	var names []string
	for _, v := range l.verifiers() {
		names = append(names, verify.Name(v))
	}
	return names
}

// prepare makes the checks of the guard's verifiers. It refuses those that may
// be given up only when the window has ended.
func (c *change) prepare() error {
	for _, v := range c.aim.host().verifiers() {
		made, err := verify.New(v, verify.Options{Gateways: c.gateways})
		if err != nil {
			return err
		}
		next := &check{
			Verifier: made, place: fmt.Sprintf("%s:%d", v.Range.Filename, v.Range.Start.Line),
			before: verify.Trial{Every: tryEvery, Most: triesBefore}, after: trialAfter(v, c.guardedFor()),
		}
		if limit := next.after.Within(v.AnswerWithin()); limit >= c.guardedFor() {
			return fmt.Errorf("%s is given up after %s, and the window is only %s: lower its fall, interval or timeout, or give a longer window by --confirm-within",
				next, limit, c.guardedFor())
		}
		c.checks = append(c.checks, next)
	}
	return nil
}

// trialAfter is how often a verifier is asked after a change: until fall misses,
// or where that is not set as often as fits into half of the window.
func trialAfter(v *schema.Verifier, window time.Duration) verify.Trial {
	answer := v.AnswerWithin()
	trial := verify.Trial{Every: max(v.Interval.Or(tryEvery), answer), Most: v.Fall.Value}
	if !v.Fall.Known() {
		trial.Most = 1 + int(max(min(settleWithin, window/2)-answer, 0)/trial.Every)
	}
	return trial
}

// gateways are the next hops over the links that the change is about, as they
// are now.
func (c *change) gateways() ([]netip.Addr, error) {
	state, err := c.observe()
	if err != nil {
		return nil, err
	}
	return plan.Gateways(state, plan.Reach(c.want, state)), nil
}

// takeBaseline asks all verifiers before anything is changed. Those that do not
// pass are not required afterwards.
func (c *change) takeBaseline(ctx context.Context) error {
	if len(c.checks) == 0 {
		return nil
	}
	c.progress("Asking what must hold after the change:")
	results := make([]verify.Result, len(c.checks))
	var asked sync.WaitGroup
	for i, next := range c.checks {
		asked.Go(func() { results[i] = next.Await(ctx, next.before) })
	}
	asked.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("%w; nothing was changed", context.Cause(ctx))
	}
	var held []*check
	for i, next := range c.checks {
		if results[i].Passed {
			held = append(held, next)
			c.progress("  holds: %s: %s", next, results[i])
		} else {
			c.say("not required, for it fails already: %s: %s", next, results[i])
		}
	}
	c.checks = held
	return nil
}

// keepsBaseline asks again what held before the change, until it does. The first
// that is given up is the error.
func (c *change) keepsBaseline(ctx context.Context) error {
	if len(c.checks) == 0 {
		return nil
	}
	c.progress("Asking again: %s", strings.Join(namesOf(c.checks), "; "))
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	var asked sync.WaitGroup
	for _, next := range c.checks {
		asked.Go(func() {
			if result := next.Await(ctx, next.after); !result.Passed {
				lose(fmt.Errorf("%s held before the change and is lost: %s (tries: %d)", next, result, next.after.Most))
			}
		})
	}
	asked.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	c.progress("All that held before holds.")
	return nil
}

func namesOf(checks []*check) []string {
	names := make([]string, len(checks))
	for i, c := range checks {
		names[i] = c.Verifier.String()
	}
	return names
}

// keepVerifiers puts the guard's verifiers beside the journal, for whoever goes
// back to before the transaction: the document may be another by then.
func keepVerifiers(t *checkpoint.Transaction, verifiers []*schema.Verifier) error {
	text, err := json.Marshal(verifiers)
	if err != nil {
		return fmt.Errorf("keeping the verifiers of the guard: %w", err)
	}
	return t.Put(verifiersBlob, text)
}

// keptVerifiers gives what keepVerifiers put there; transactions of earlier
// versions have none.
func keptVerifiers(t *checkpoint.Transaction) ([]*schema.Verifier, error) {
	text, err := t.Get(verifiersBlob)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var verifiers []*schema.Verifier
	if err := json.Unmarshal(text, &verifiers); err != nil {
		return nil, fmt.Errorf("reading the verifiers of transaction %s: %w", t.ID(), err)
	}
	return verifiers, nil
}
