package handler

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

// programTimeout is how long a program may run where the document does not say.
const programTimeout = time.Minute

// command runs a program for each event.
type command struct {
	described *schema.Handler
	// masked hides the values of the document's own variables in what the program
	// says; longest is the length of the longest of them.
	masked  *view.Redactor
	longest int
	tell    func(string)
}

func newCommand(described *schema.Handler, o Options) (*Handler, error) {
	p := &command{described: described, tell: o.Tell}
	var secrets []schema.Secret
	for _, name := range slices.Sorted(maps.Keys(described.Environment.Value)) {
		secrets = append(secrets, described.Environment.Value[name])
		p.longest = max(p.longest, len(described.Environment.Value[name].Reveal()))
	}
	p.masked = view.NewRedactor(secrets)
	return &Handler{
		shown:   "exec " + path.Base(described.Command.Values()[0]),
		events:  described.Told(),
		deliver: p.deliver,
		acts:    true,
	}, nil
}

// deliver runs the program. All that it has started is killed when its time is over; what it leaves behind
// when it ends by itself lives on, but has nowhere to write to.
func (p *command) deliver(ctx context.Context, d Delivery) error {
	message, err := d.Event.message()
	if err != nil {
		return err
	}
	limit := p.described.Timeout.Or(programTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it did not end within %s, and was killed", limit))
	defer cancel()
	said, err := program.Program{
		Words: p.described.Command.Values(), Environment: p.environment(d), Input: message,
		Keep: program.OutputLimit + p.longest, Leaves: true,
	}.Run(ctx)
	return p.judge(ctx, err, p.shown(said))
}

// environment is what the program has of it: the document's own variables, and
// the event, which nothing takes the place of.
func (p *command) environment(d Delivery) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(p.described.Environment.Value)) {
		all = append(all, name+"="+p.described.Environment.Value[name].Reveal())
	}
	return append(all, d.environment()...)
}

// judge says what came of a run: with exit status 0, what the program said is passed on.
func (p *command) judge(ctx context.Context, err error, text string) error {
	switch {
	case err == nil:
		if text != "" {
			p.tell(text)
		}
		return nil
	case ctx.Err() != nil: // what failed then is only how it was noticed
		err = context.Cause(ctx)
	}
	if text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}

// shown is what a program said, without secrets. Where its end is missing, half a secret may be the last of it,
// which no mask would fit.
func (p *command) shown(said program.Output) string {
	text := p.masked.Text(string(said.Kept))
	if said.Full {
		text = text[:len(text)-p.longest]
	}
	return strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
}
