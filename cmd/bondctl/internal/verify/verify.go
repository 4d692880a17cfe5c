// Package verify tests a path as a verify block of the document says: one check
// at a time, of all its targets at once. How often that is done, and what
// follows from it, is for whoever asks.
package verify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Options are what a verify block leaves to where it stands.
type Options struct {
	// Link is what every packet goes over, whatever the routes say; empty for
	// the way that the routes lead.
	Link string
	// Mark is that of every packet over Link (SO_MARK, socket(7)), by which rules may
	// choose a table; 0 for none.
	Mark uint32
	// Resolvers are asked for names, over Link, the next one where one does not know;
	// without any, those that the host's resolv.conf has are. One on this host itself is
	// asked there. They have no part where Link is empty.
	Resolvers []netip.Addr
	// Family is the only one whose addresses are asked, so that a name is not answered
	// for by the other one; 0 for both. How names are resolved is not bound by it.
	Family schema.Family
	// Gateways gives the next hops that the target "gateway" stands for now.
	Gateways func() ([]netip.Addr, error)
	// Pings keeps the sockets of echo requests from one check to the next; nil has each
	// request go from a socket of its own, and then no reply is noticed when its time is over.
	Pings *Pings
	// Late is told of a reply to an echo request that came when its time was over, and how
	// long that took: when the target is asked the next time. It is needed with Pings only.
	Late func(target string, took time.Duration)
}

// Verifier is one verify block that can be asked. It may be asked by several
// goroutines at once.
type Verifier struct {
	described *schema.Verifier
	options   Options
	ask       probe
}

// probe asks one target once, and gives the time until its answer. The error
// says what came instead. The context ends when the target's time is over.
type probe func(ctx context.Context, t target) (time.Duration, error)

// probes makes the probe of each kind of verify block.
var probes = map[string]func(*schema.Verifier, Options) probe{
	"icmp": newPing, "tcp": newConnect, "http": newFetch, "dns": newQuery, "exec": newRun,
}

// New makes a verifier of a block that schema has found valid. It fails where
// the block is of a kind that this version does not have.
func New(described *schema.Verifier, options Options) (*Verifier, error) {
	kind := described.Kind.Value
	begin, ok := probes[kind]
	if !ok {
		return nil, fmt.Errorf("this version has no verifier of the kind %q", kind)
	}
	return &Verifier{described: described, options: options, ask: begin(described, options)}, nil
}

// String names the verifier as [Name] does.
func (v *Verifier) String() string { return Name(v.described) }

// Name names a verify block by what it asks: "icmp gateway, 192.0.2.1".
func Name(described *schema.Verifier) string {
	asked := described.Targets.Values()
	for i, target := range asked {
		asked[i] = shown(target)
	}
	switch kind := described.Kind.Value; kind {
	case "exec":
		return kind + " " + strings.Join(described.Command.Values(), " ")
	case "tcp":
		return fmt.Sprintf("tcp port %d of %s", described.Port.Value, strings.Join(asked, ", "))
	case "dns":
		return fmt.Sprintf("dns %s at %s", described.Query.Value, strings.Join(asked, ", "))
	default:
		return kind + " " + strings.Join(asked, ", ")
	}
}

// Answer is what came of one target.
type Answer struct {
	// Target is as the document has it; the gateway is followed by its address,
	// and an address of the web has no password.
	Target string
	// Took is the time until the answer; 0 where none came in time.
	Took time.Duration
	// Late is the time until an answer that came too late, 0 for none.
	Late time.Duration
	// Err says what came instead of an answer, nil for an answer.
	Err error
}

// Said tells in one line what came instead of an answer, empty for an answer.
func (a Answer) Said() string {
	if a.Err == nil {
		return ""
	}
	return strings.ReplaceAll(a.Err.Error(), "\n", "; ")
}

// String tells in one line what came.
func (a Answer) String() string {
	if a.Err != nil {
		return a.Target + ": " + a.Said()
	}
	return fmt.Sprintf("%s: answered within %s", a.Target, a.Took.Round(10*time.Microsecond))
}

// Result is what came of one check.
type Result struct {
	// Answers are in the order of the document.
	Answers []Answer
	// Passed is set where as many targets answered as the document requires.
	Passed bool
}

// String tells what came of each target.
func (r Result) String() string {
	texts := make([]string, len(r.Answers))
	for i, a := range r.Answers {
		texts[i] = a.String()
	}
	return strings.Join(texts, "; ")
}

// Check asks every target once, all at the same time. It takes no longer than
// the verifier's timeout.
func (v *Verifier) Check(ctx context.Context) Result {
	targets := v.targets()
	answers := make([]Answer, len(targets))
	var asked sync.WaitGroup
	for i, t := range targets {
		asked.Go(func() { answers[i] = v.answer(ctx, t) })
	}
	asked.Wait()
	return Result{Answers: answers, Passed: v.suffices(answers)}
}

// answer asks one target, for as long as an answer may take.
func (v *Verifier) answer(ctx context.Context, t target) Answer {
	if t.err != nil {
		return Answer{Target: t.name, Err: t.err}
	}
	limit := v.described.AnswerWithin()
	none := fmt.Errorf("no answer within %s", limit)
	limited, cancel := context.WithTimeoutCause(ctx, limit, none)
	defer cancel()
	took, err := v.ask(limited, t)
	if err == nil && took > limit { // noticed late, if it did not come late
		err = late(took - limit)
	}
	overdue, isLate := errors.AsType[late](err)
	switch {
	case err == nil:
		return Answer{Target: t.name, Took: took}
	case isLate:
		came := limit + time.Duration(overdue)
		return Answer{Target: t.name, Late: came, Err: fmt.Errorf("late: %s", came.Round(time.Millisecond))}
	case ctx.Err() != nil: // what failed then is only how it was noticed
		err = unclear{context.Cause(ctx)}
	case limited.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded): // a socket's clock may be a little ahead
		err = none
	}
	return Answer{Target: t.name, Err: err}
}

// late is that an answer came, and how long after its time.
type late time.Duration

func (l late) Error() string { return "late by " + time.Duration(l).String() }

// suffices tells whether as many answered as must: one, where the document does not say.
func (v *Verifier) suffices(answers []Answer) bool {
	answered := len(slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Err != nil }))
	switch required := v.described.Require.Or(schema.RequireAny); required {
	case schema.RequireAny:
		return answered > 0
	case schema.RequireAll:
		return answered == len(answers)
	default:
		number, err := strconv.Atoi(required)
		return err == nil && answered >= number
	}
}
