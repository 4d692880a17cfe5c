// Package prober carries out the probes that the monitor wants: it asks the targets
// of a check over a route's link, and says what came of each.
package prober

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// Config is what a prober needs of its surroundings.
type Config struct {
	// Now reads the boot clock (CLOCK_BOOTTIME).
	Now func() monitor.Moment
	// Resolvers gives the servers that are asked for names over a link, none for the
	// host's own.
	Resolvers func(link string) []netip.Addr
}

// Prober asks the targets of checks. Any number of checks can be under way at once.
type Prober struct {
	config Config
	pings  *verify.Pings
}

// New makes a prober. Every field of the config must be set.
func New(c Config) *Prober { return &Prober{config: c, pings: verify.NewPings()} }

// Renew is to be called when a link was made anew or has other addresses.
func (p *Prober) Renew(link string) { p.pings.Renew(link) }

// Question is one check of a route.
type Question struct {
	Check *monitor.Check
	// Family is the only one whose addresses are asked, over Link with Mark (as in
	// [verify.Options]).
	Family schema.Family
	Link   string
	Mark   uint32
	// Gateways are the next hops that the target "gateway" stands for now.
	Gateways []netip.Addr
	// Done is called from a goroutine of its own, exactly once: after the check's timeout
	// at the latest, or soon after the context has ended, with unclear answers then. The
	// answers are in the order of the targets; the target "gateway" is one for each of
	// Gateways, and one unclear answer where there are none. A program is one answer.
	Done func(asked monitor.Moment, answers []monitor.Answer)
	// Late is called for each target that answers after Done was called, from another
	// goroutine, with that answer: when a later check asks the same target.
	Late func(asked monitor.Moment, answer monitor.Answer)
}

// Ask begins a check, and returns at once.
func (p *Prober) Ask(ctx context.Context, q Question) {
	hops := slices.Clone(q.Gateways)
	go func() {
		asked := p.config.Now()
		q.Done(asked, p.ask(ctx, q.Check, asked, verify.Options{
			Link: q.Link, Mark: q.Mark, Family: q.Family, Resolvers: p.config.Resolvers(q.Link), Pings: p.pings,
			Gateways: func() ([]netip.Addr, error) { return hops, nil },
			Late: func(target string, took time.Duration) {
				q.Late(asked, monitor.Answer{Target: target, Outcome: monitor.Miss, Late: took, At: asked})
			},
		}))
	}()
}

func (p *Prober) ask(ctx context.Context, check *monitor.Check, asked monitor.Moment, options verify.Options) []monitor.Answer {
	verifier, err := verify.New(check.Verifier, options)
	if err != nil {
		return []monitor.Answer{{Target: check.Name, Outcome: monitor.Unclear, Said: err.Error(), At: asked}}
	}
	var answers []monitor.Answer
	for _, a := range verifier.Check(ctx).Answers {
		answers = append(answers, monitor.Answer{Target: a.Target, Outcome: outcome(a), Took: a.Took, Late: a.Late, Said: a.Said(), At: asked})
	}
	return answers
}

// outcome is what an answer means to the monitor. Whatever came instead of an answer
// is a miss, unless it says nothing of the path.
func outcome(a verify.Answer) monitor.Outcome {
	switch {
	case a.Err == nil:
		return monitor.Hit
	case a.Unclear():
		return monitor.Unclear
	default:
		return monitor.Miss
	}
}
