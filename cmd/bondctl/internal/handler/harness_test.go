package handler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/schema"
)

const queueDir = "/var/lib/bondctl/monitor"

// testClock is time.Now, which stands still in a bubble of synctest but for its timers.
type testClock struct {
	begun time.Time
	boot  string
}

func newClock() *testClock { return &testClock{begun: time.Now().Add(-time.Minute), boot: "boot-1"} }

func (c *testClock) Now() checkpoint.Instant {
	return checkpoint.Instant{Boot: time.Since(c.begun), BootID: c.boot, Wall: time.Now()}
}

// restarted is the clock after a restart of the host, a minute after it.
func (*testClock) restarted() *testClock {
	return &testClock{begun: time.Now().Add(-time.Minute), boot: "boot-2"}
}

// way is a path that is up while its gate is open.
type way struct{ gate chan struct{} }

func openWay() *way {
	w := &way{gate: make(chan struct{})}
	close(w.gate)
	return w
}

func (w *way) Await(ctx context.Context) error {
	select {
	case <-w.gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (*way) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

// reports collects what a set has to say.
type reports struct {
	mu  sync.Mutex
	all []Report
}

func (r *reports) take(one Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, one)
}

// of gives the reports of one outcome.
func (r *reports) of(o Outcome) []Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.all), func(one Report) bool { return one.Outcome != o })
}

func (r *reports) texts(o Outcome) []string {
	var texts []string
	for _, one := range r.of(o) {
		texts = append(texts, one.String())
	}
	return texts
}

// receiver is a handler that notes what it is told, and answers as it is asked to.
type receiver struct {
	mu   sync.Mutex
	told []Delivery
	// answer says what comes of a try; nil for success.
	answer func(ctx context.Context, d Delivery) error
}

func (r *receiver) deliver(ctx context.Context, d Delivery) error {
	r.mu.Lock()
	answer := r.answer
	r.mu.Unlock()
	var err error
	if answer != nil {
		err = answer(ctx, d)
	}
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, d)
	}
	return err
}

// names gives the events that were taken: "failed 1", with how many they stand for.
func (r *receiver) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for _, d := range r.told {
		name := fmt.Sprintf("%s %d", d.Event.Name, d.Event.Sequence)
		if d.Event.Coalesced > 0 {
			name += fmt.Sprintf(" for %d more", d.Event.Coalesced)
		}
		names = append(names, name)
	}
	return names
}

func (r *receiver) deliveries() []Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.told)
}

func (r *receiver) handler() *Handler {
	return &Handler{shown: "receiver", events: schema.Events, deliver: r.deliver}
}

// bench is a set with one lane for each handler: all of the route internet/fiber.
type bench struct {
	t       testing.TB
	root    string
	clock   *testClock
	way     *way
	reports *reports
	config  func(*Config)
	*Set
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	return &bench{t: tb, root: tb.TempDir(), clock: newClock(), way: openWay(), reports: &reports{}, config: func(*Config) {}}
}

func (b *bench) open(handlers ...*Handler) {
	b.t.Helper()
	config := Config{Root: b.root, Dir: queueDir, Host: "pi", Clock: b.clock, Way: b.way, Report: b.reports.take}
	b.config(&config)
	set, err := open(config, func(*Set) ([]*lane, error) { return lanesFor(handlers), nil })
	require.NoError(b.t, err)
	b.Set = set
}

func lanesFor(handlers []*Handler) []*lane {
	var lanes []*lane
	for i, h := range handlers {
		lanes = append(lanes, &lane{
			name: laneName("internet/fiber", "test", i+1), fallback: "internet", route: "fiber",
			handler: h, ready: make(chan struct{}, 1),
		})
	}
	return lanes
}

// tellOne tells an event that somebody wants.
func tellOne(s *Set, e Event) {
	if e, wanted := s.Complete(e); wanted {
		s.Tell(e)
	}
}

// tell tells events of the route.
func (b *bench) tell(names ...string) {
	for _, name := range names {
		tellOne(b.Set, Event{Name: name, Fallback: "internet", Route: "fiber"})
	}
}

// finish closes the set when all is handed over.
func (b *bench) finish() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(b.t, b.Close(ctx))
}

// leave closes the set at once, whatever waits.
func (b *bench) leave() {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.NoError(b.t, b.Close(ctx))
}

// awaitSaved waits until everything is on disk. Outside of a bubble the disk takes real time.
func (b *bench) awaitSaved() {
	b.t.Helper()
	require.Eventually(b.t, func() bool { return b.Status().Unsaved == 0 }, time.Minute, time.Millisecond)
}

var errBusy = errors.New("busy")

// refusing is an answer that never says yes.
func refusing(context.Context, Delivery) error { return errBusy }

// hanging is an answer that comes with the context's end alone.
func hanging(ctx context.Context, _ Delivery) error {
	<-ctx.Done()
	return ctx.Err()
}
