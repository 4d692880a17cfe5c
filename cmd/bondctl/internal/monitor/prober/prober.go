// Package prober carries out the probes that the monitor wants: it asks the targets
// of a check over a route's link, and says what came of each.
package prober

import (
	"context"
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// Config is what a prober needs of its surroundings.
type Config struct {
	// Now reads the boot clock (CLOCK_BOOTTIME).
	Now func() monitor.Moment
	// Resolver gives the server that is asked for names over a link, invalid for the
	// host's own.
	Resolver func(link string) netip.Addr
}

// Prober asks the targets of checks. Any number of checks can be under way at once.
type Prober struct{ config Config }

// New makes a prober. Every field of the config must be set.
func New(c Config) *Prober { return &Prober{config: c} }

// Ask begins a check over a link, in one family, and returns at once. It calls done
// from a goroutine of its own, exactly once: after the check's timeout at the
// latest, or soon after the context has ended, with unclear answers then. The answers
// are in the order of the targets; the target "gateway" is one for each of gateways,
// the next hops that it stands for now, and one unclear answer where there are none. A
// program is one answer.
func (p *Prober) Ask(ctx context.Context, check *monitor.Check, family schema.Family, link string, gateways []netip.Addr, done func(asked monitor.Moment, answers []monitor.Answer)) {
	hops := slices.Clone(gateways)
	options := verify.Options{
		Link: link, Family: family, Resolver: p.config.Resolver(link),
		Gateways: func() ([]netip.Addr, error) { return hops, nil },
	}
	go func() { done(p.ask(ctx, check, options)) }()
}

func (p *Prober) ask(ctx context.Context, check *monitor.Check, options verify.Options) (asked monitor.Moment, answers []monitor.Answer) {
	verifier, err := verify.New(check.Verifier, options)
	asked = p.config.Now()
	if err != nil {
		return asked, []monitor.Answer{{Target: check.Name, Outcome: monitor.Unclear, Said: err.Error(), At: asked}}
	}
	for _, a := range verifier.Check(ctx).Answers {
		answers = append(answers, monitor.Answer{Target: a.Target, Outcome: outcome(a), Took: a.Took, Said: a.Said(), At: asked})
	}
	return asked, answers
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
