package handler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

const (
	// programTimeout is how long a program may run where the document does not say.
	programTimeout = time.Minute
	// outputLimit is how much of what a program says is kept, in bytes.
	outputLimit = 4 << 10
	// outputDelay is how long a program's output is waited for when it has ended
	// itself: what it has started may have it open still.
	outputDelay = time.Second
	// programPath is where a program finds others.
	programPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// program runs a program for each event.
type program struct {
	described *schema.Handler
	// masked hides the values of the document's own variables in what the program
	// says; longest is the length of the longest of them.
	masked  *view.Redactor
	longest int
	tell    func(string)
}

func newProgram(described *schema.Handler, o Options) (*Handler, error) {
	p := &program{described: described, tell: o.Tell}
	var secrets []schema.Secret
	for _, name := range slices.Sorted(maps.Keys(described.Environment.Value)) {
		secrets = append(secrets, described.Environment.Value[name])
		p.longest = max(p.longest, len(described.Environment.Value[name].Reveal()))
	}
	p.masked = view.NewRedactor(secrets)
	return &Handler{
		shown:   "exec " + path.Base(described.Command.Values()[0]),
		events:  told(described),
		deliver: p.deliver,
		acts:    true,
	}, nil
}

// deliver runs the program in a process group of its own. All of that is killed when its time is over; what a
// program leaves behind when it ends by itself lives on, but has nowhere to write to.
func (p *program) deliver(ctx context.Context, d Delivery) error {
	limit := p.described.Timeout.Or(programTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it did not end within %s, and was killed", limit))
	defer cancel()
	// The kernel sends the signal of Pdeathsig when the thread ends that started
	// the program (prctl(2)).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	said := head{limit: outputLimit + p.longest}
	cmd, err := p.command(ctx, d)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	return p.judge(ctx, err, p.shown(&said))
}

func (p *program) command(ctx context.Context, d Delivery) (*exec.Cmd, error) {
	message, err := d.Event.message()
	if err != nil {
		return nil, err
	}
	words := p.described.Command.Values()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // what the document says is run
	cmd.Env = p.environment(d)
	cmd.Dir = "/"
	cmd.Stdin = bytes.NewReader(message)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = outputDelay
	return cmd, nil
}

// environment is all that the program has of it: where to find others, the
// document's own variables, and the event, which nothing takes the place of.
func (p *program) environment(d Delivery) []string {
	all := []string{programPath}
	for _, name := range slices.Sorted(maps.Keys(p.described.Environment.Value)) {
		all = append(all, name+"="+p.described.Environment.Value[name].Reveal())
	}
	return append(all, d.environment()...)
}

// judge says what came of a run: with exit status 0, what the program said is passed on.
func (p *program) judge(ctx context.Context, err error, text string) error {
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
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
func (p *program) shown(said *head) string {
	text := p.masked.Text(string(said.kept))
	if said.full {
		text = text[:len(text)-p.longest]
	}
	return strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
}

// head keeps the beginning of what is written to it, and takes the rest too.
type head struct {
	kept  []byte
	limit int
	// full is set once something was left out.
	full bool
}

func (h *head) Write(b []byte) (int, error) {
	more := b[:min(h.limit-len(h.kept), len(b))]
	h.full = h.full || len(more) < len(b)
	h.kept = append(h.kept, more...)
	return len(b), nil
}
