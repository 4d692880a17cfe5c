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

// asking is a verifier of the guard, and how it is called where people read:
// what a document passes to it may be secret.
type asking struct {
	Name     string
	Verifier *schema.Verifier
}

// check is a verifier of the guard: what it passes before a change, it must pass after it.
type check struct {
	*verify.Verifier
	name string
	// place is where the document has it.
	place string
	// before and after are how often it is asked.
	before, after verify.Trial
}

func (c *check) String() string { return c.name + " (" + c.place + ")" }

// askings are the verifiers of a document's guard block.
func askings(d *description) []asking {
	if d.doc.Guard == nil {
		return nil
	}
	var all []asking
	for _, v := range d.doc.Guard.Verifiers {
		all = append(all, asking{d.sources.Redactor().Text(verify.Name(v)), v})
	}
	return all
}

// namesOf names what is asked before and after a change.
func namesOf(all []asking) []string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names
}

// prepare makes the checks of the guard's verifiers. It refuses those that may
// be given up only when the window has ended.
func (c *change) prepare() error {
	for _, a := range c.aim.host().askings {
		v := a.Verifier
		made, err := verify.New(v, verify.Options{Gateways: c.gateways})
		if err != nil {
			return err
		}
		next := &check{
			Verifier: made, name: a.Name, place: fmt.Sprintf("%s:%d", v.Range.Filename, v.Range.Start.Line),
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
			c.say("not required, for it fails already: %s: %s", next, c.masked(results[i].String()))
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
	var names []string
	for _, next := range c.checks {
		names = append(names, next.name)
	}
	c.progress("Asking again: %s", strings.Join(names, "; "))
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

// keepAskings puts the guard's verifiers beside the journal, for whoever goes
// back to before the transaction: the document may be another by then.
func keepAskings(t *checkpoint.Transaction, all []asking) error {
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("keeping the verifiers of the guard: %w", err)
	}
	return t.Put(verifiersBlob, text)
}

// keptAskings gives what keepAskings put there; transactions of earlier
// versions have none.
func keptAskings(t *checkpoint.Transaction) ([]asking, error) {
	text, err := t.Get(verifiersBlob)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []asking
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("reading the verifiers of transaction %s: %w", t.ID(), err)
	}
	return all, nil
}
