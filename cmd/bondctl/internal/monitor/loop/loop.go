package loop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/ailments"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/prober"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
	"github.com/bondctl/bondctl/schema"
)

// Kernel is what is read and changed of the kernel.
type Kernel interface {
	Observe() (*kernel.State, error)
	routes.Kernel
	// CloseSockets ends the connections that are bound to addresses, ForgetFlows has
	// the connections forgotten that were translated to them; both give how many.
	CloseSockets(schema.Family, []netip.Addr) (int, error)
	ForgetFlows(schema.Family, []netip.Addr) (int, error)
	// Warm has the link-layer address of a next hop asked for.
	Warm(link string, gateway netip.Addr) error
}

// Prober asks the targets of a check, and is told when a link was made anew or has
// other addresses.
type Prober interface {
	Ask(ctx context.Context, q prober.Question)
	Renew(link string)
}

// Dialer connects.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Handlers are told of events, and return at once.
type Handlers interface {
	// Complete completes an event; false where nobody wants it. Tell tells it.
	Complete(handler.Event) (handler.Event, bool)
	Tell(handler.Event)
	// Saved gives the sequence number before which all events that were told are on disk.
	Saved() uint64
	Wake()
	Reload([]*schema.Fallback) error
}

// Host is what else of the host the monitor sees to.
type Host interface {
	// Prepare makes links ready to be fallen back from; it is called again when one
	// was made anew. Restore makes them what they were.
	Prepare(links []string) error
	Restore() error
	// UseResolvers has names resolved by the servers of a route, over its link; none
	// has them resolved as the host does by itself.
	UseResolvers(link string, servers []netip.Addr, search []string) error
}

// Config is what a loop works with. Handlers may be set after [New], for they need
// the loop's way to the network, and before Run.
type Config struct {
	// Read gives what is to be watched of a document.
	Read  func(*schema.Document) []monitor.Settings
	Clock checkpoint.Clock
	// Changes has something in it when the kernel's state may have changed.
	Changes  <-chan struct{}
	Kernel   Kernel
	Prober   Prober
	Handlers Handlers
	Host     Host
	// Dialer connects over a link, and resolves names over it.
	Dialer func(link string) Dialer
	// Keep keeps what is known, calls then once that is on disk or cannot be put there, and
	// must not wait; nil for nowhere.
	Keep func(k Kept, then func())
	// Kept is what an earlier process has left. Handlers know of its events.
	Kept Kept
	// Record takes what came in, how the fallback stands after it, and the decision that it
	// led to, nil for none, and must not wait; nil for nobody.
	Record func(monitor.Standing, monitor.Input, *monitor.Decision)
	// Checked and Switched are for whoever counts: each check and what came late of it, and each move of the
	// traffic with the time from the last answer over the old route to the first one
	// over the new. Both must not wait; nil for nobody.
	Checked  func(*monitor.Settings, monitor.Input)
	Switched func(*monitor.Settings, monitor.Decision, time.Duration)
	Log      *slog.Logger
}

// Kept is what is kept over a restart.
type Kept struct {
	Fallbacks []KeptState `json:"fallbacks"`
	// Untold are events that handlers may not have been told of.
	Untold []handler.Event `json:"untold,omitzero"`
}

// KeptState is what is kept of one fallback in one family.
type KeptState struct {
	Fallback string        `json:"fallback"`
	Family   string        `json:"family"`
	State    monitor.State `json:"state"`
}

// Loop is a monitor.
type Loop struct {
	Config
	ctx       context.Context //nolint:containedctx // that of Run, which checks end with
	doc       *schema.Document
	fallbacks []*fallback
	requests  chan func()
	ailments  *ailments.List
	way       way
	hand      hand
	// failed are the changes of the routes that the kernel refused the last time.
	failed []routes.Change
	outbox outbox
	// questions are the checks that are to be begun.
	questions []prober.Question
	// dirty is set where the state is to be kept.
	dirty bool
	// now is the state of the kernel as it was read last, at seen.
	now  *kernel.State
	seen monitor.Moment
	// reading is when the next reading is due whatever happens, and beat when the loop
	// looks next whether the machine has stood still.
	reading, beat monitor.Moment
	// settled is set where the routes were as they should be at the last reading.
	settled bool
	// told is set while what the kernel has told of is looked at.
	told bool
	// prepared are the indexes of the links that Host has prepared.
	prepared map[string]int
}

// fallback is one fallback in one family.
type fallback struct {
	settings  monitor.Settings
	described *schema.Fallback
	state     monitor.State
	// wake is the moment that Step waits for, 0 for none.
	wake monitor.Moment
	// slaves tell what carries in the bonds below the routes, by route, as carriers says.
	slaves map[string]string
	// addresses are those that each route's link had last.
	addresses map[string][]netip.Addr
	// moved is the last move of the traffic that no answer has come after yet.
	moved *monitor.Decision
}

// standing gives the fallback as it stands.
func (f *fallback) standing() monitor.Standing {
	return monitor.Standing{Settings: f.settings, State: f.state}
}

// New prepares a loop for a valid document. Nothing is read or changed yet.
func New(doc *schema.Document, c Config) *Loop {
	l := &Loop{Config: c, ailments: ailments.New(c.Log), requests: make(chan func()), prepared: map[string]int{}}
	l.way.dialer, l.way.up = c.Dialer, make(chan struct{})
	l.outbox.take(c.Kept.Untold)
	l.describe(doc)
	return l
}

// describe takes up a document: what is known of fallbacks that are still there
// stays known.
func (l *Loop) describe(doc *schema.Document) {
	l.doc = doc
	before := l.fallbacks
	l.fallbacks = nil
	for _, settings := range l.Read(doc) {
		f := &fallback{settings: settings, slaves: map[string]string{}, addresses: map[string][]netip.Addr{}}
		for _, old := range before {
			if old.isSame(&settings) {
				f.state, f.wake, f.slaves, f.addresses, f.moved = old.state, old.wake, old.slaves, old.addresses, old.moved
			}
		}
		i := slices.IndexFunc(doc.Fallbacks, func(d *schema.Fallback) bool { return d.Name.Value == settings.Fallback })
		f.described = doc.Fallbacks[i]
		l.fallbacks = append(l.fallbacks, f)
	}
}

func (f *fallback) isSame(s *monitor.Settings) bool {
	return f.settings.Fallback == s.Fallback && f.settings.Family == s.Family
}

// The times of the loop.
const (
	// rereading is the longest time between two readings of the kernel's state, and
	// resting that where all is as it should be and the kernel tells of changes.
	rereading = 500 * time.Millisecond
	resting   = 5 * time.Second
	// beating is how often the loop looks whether the machine has stood still.
	beating = 500 * time.Millisecond
	// lateness is from when on a late beat means that the machine stood still.
	// Timers of busy machines are late by tenths of a second.
	lateness = time.Second
	// freshness is how old a reading may be that routes are written by.
	freshness = 20 * time.Millisecond
	// hesitation is how long handlers are not told of an event for want of the disk.
	hesitation = time.Second
)

// What may not work for a time.
const (
	unreadable  = "the state of the network cannot be read"
	writing     = "routes cannot be written"
	fighting    = "routes do not stay as they are written"
	preferred   = "other routes are preferred"
	watching    = "changes of the network are noticed late"
	preparing   = "links cannot be prepared"
	resolving   = "resolvers cannot be set"
	handingOver = "connections cannot be ended"
	judging     = "checks give no clear answer"
)

// errDeaf is why changes are noticed no sooner than with the next reading.
var errDeaf = errors.New("the kernel tells of none any more")

// Run watches until the context ends, and then leaves the host as the document says.
func (l *Loop) Run(ctx context.Context) error {
	l.ctx = ctx
	if err := l.start(); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	changes := l.Changes
	for {
		l.ask()
		timer.Reset(l.next().Sub(l.moment()))
		select {
		case <-ctx.Done():
			return l.leave()
		case _, ok := <-changes:
			if !ok {
				changes = nil
				l.ailments.Set(watching, errDeaf)
			}
			l.catchUp()
			l.told = ok
			l.reread()
			l.told = false
		case request := <-l.requests:
			l.catchUp()
			request()
		case <-timer.C:
			l.catchUp()
			l.due()
		}
	}
}

// start reads the kernel's state and takes up what an earlier process has left.
func (l *Loop) start() error {
	var err error
	if l.now, err = l.Kernel.Observe(); err != nil {
		return fmt.Errorf("reading the state of the network: %w", err)
	}
	l.seen = l.moment()
	l.reading, l.beat = l.seen.Add(rereading), l.seen.Add(beating)
	for _, f := range l.fallbacks {
		l.begin(f)
	}
	l.Kept = Kept{}           // a fallback that comes with a later document begins anew
	if len(l.fallbacks) > 0 { // a process that was killed may have left others
		l.useResolvers(l.fallbacks[0], l.fallbacks[0].state.Active)
	}
	l.observed()
	return nil
}

// begin starts one fallback with what is known of it: where that is nothing, the
// routes stay as they are until something is.
func (l *Loop) begin(f *fallback) {
	for _, kept := range l.Kept.Fallbacks {
		if kept.Fallback == f.settings.Fallback && kept.Family == f.settings.Family.String() {
			f.state = kept.State
		}
	}
	instant, known := l.Clock.Now(), f.state
	l.feed(f, monitor.Input{Kind: monitor.Started, Boot: instant.BootID, Wall: instant.Wall, Known: &known})
	if len(f.state.Order) == 0 {
		f.state.Order = routes.Found(&f.settings, l.now)
	}
	for i := range f.settings.Routes { // a history begins with these, be they new or not
		r := &f.settings.Routes[i]
		l.feed(f, monitor.Input{Kind: monitor.PathChanged, Route: r.Name, Path: routes.PathOf(r, f.settings.Family, l.now)})
	}
}

// moment reads the boot clock.
func (l *Loop) moment() monitor.Moment { return monitor.Moment(l.Clock.Now().Boot) }

// next is the earliest moment that anything waits for.
func (l *Loop) next() monitor.Moment {
	next := min(l.beat, l.reading)
	for _, f := range l.fallbacks {
		if f.wake != 0 {
			next = min(next, f.wake)
		}
	}
	return next
}

// catchUp notices that this machine stood still: what came to nothing meanwhile
// says nothing about the network.
func (l *Loop) catchUp() {
	now := l.moment()
	if late := now.Sub(l.beat); late > lateness {
		l.Log.Warn("this machine stood still: what was asked meanwhile does not count", "for", late.Round(time.Millisecond).String())
		l.beat = now
		for _, f := range l.fallbacks {
			l.feed(f, monitor.Input{Kind: monitor.Stalled})
		}
	}
}

// due does what was waited for.
func (l *Loop) due() {
	now := l.moment()
	for _, f := range l.fallbacks {
		if f.wake != 0 && f.wake <= now {
			l.feed(f, monitor.Input{Kind: monitor.Tick})
		}
	}
	if now >= l.beat {
		l.beat = now.Add(beating)
	}
	if now >= l.reading {
		l.reread()
	}
}
