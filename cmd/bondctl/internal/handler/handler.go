package handler

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/schema"
)

// Way is how a handler gets to the network.
type Way interface {
	// Await waits until some path is up, or the context ends.
	Await(ctx context.Context) error
	// DialContext connects over a path that is up, and resolves the name over it.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Routes is the way that the host's routes lead, which is taken to be up.
type Routes struct{ net.Dialer }

// Await gives the context's end alone.
func (*Routes) Await(ctx context.Context) error { return ctx.Err() }

var _ Way = (*Routes)(nil)

// Options are what a handler block leaves to where it stands.
type Options struct {
	Clock checkpoint.Clock
	// Way leads to a webhook's server.
	Way Way
	// Log is written to by handlers of the kind log.
	Log *slog.Logger
	// OpenChip opens a GPIO chip by the name that a handler block gives.
	OpenChip func(name string) (Chip, error)
	// Keep holds what a modem's power must remember over restarts.
	Keep Keeper
	// Tell takes what a handler has to say beside its errors; it returns at once.
	Tell func(text string)
}

// Keeper keeps small files. Load gives nothing for a file that is not there.
type Keeper interface {
	Load(name string) ([]byte, error)
	Save(name string, content []byte) error
}

// Handler is one handler block that events can be handed to, one at a time.
type Handler struct {
	shown   string
	events  []string
	deliver func(context.Context, Delivery) error
	retry   retry
	// awaitsPath is set where an event can only be handed over while a path is up.
	awaitsPath bool
	// acts is set where setup and teardown have something done, and so are void after a restart of the host.
	acts bool
	// lastCounts is set where an instruction is void once there is a newer one.
	lastCounts bool
}

// retry is how often a handler is tried again: not at all where it is zero.
type retry struct {
	// most is how many tries there are after the first.
	most int
	// delay is before the first of them; it doubles up to longestDelay.
	delay time.Duration
}

// longestDelay is the longest time between two tries, unless a server asks for more.
const longestDelay = time.Minute

// after gives the time before the try that follows one, counted from 1.
func (r retry) after(attempt int) time.Duration {
	delay := r.delay
	for range attempt - 1 {
		if delay >= longestDelay {
			break
		}
		delay *= 2
	}
	return min(delay, longestDelay)
}

// kinds makes a handler of each kind of handler block.
var kinds = map[string]func(*schema.Handler, Options) (*Handler, error){
	"log": newLog, "webhook": newWebhook, "exec": newCommand, "gpio": newModem,
}

// New makes a handler of a block that schema has found valid. It fails where the
// block is of a kind that this version does not have.
func New(described *schema.Handler, options Options) (*Handler, error) {
	kind := described.Kind.Value
	begin, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("this version has no handler of the kind %q", kind)
	}
	return begin(described, options)
}

// String names the handler without anything that may be secret.
func (h *Handler) String() string { return h.shown }

// Deliver hands an event over, once. It ends with the context, and kills what it has begun.
func (h *Handler) Deliver(ctx context.Context, d Delivery) error { return h.deliver(ctx, d) }

// Wants tells whether the handler is to be told an event of this name.
func (h *Handler) Wants(event string) bool { return slices.Contains(h.events, event) }

// pause waits, and gives the cause where the context ends before.
func pause(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// addrText gives an address, and nothing for none.
func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
