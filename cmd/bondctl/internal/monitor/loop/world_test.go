package loop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/prober"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

const two = `
ethernet "eth0" {
  ipv4 { addresses = ["10.0.0.2/24"] }
}
ethernet "eth1" {
  ipv4 { addresses = ["10.0.1.2/24"] }
  dns { servers = ["10.0.1.53"] }
}

fallback "internet" {
  route "fiber" {
    interface = "eth0"
    gateway   = "10.0.0.1"
    verify "icmp" { targets = ["192.0.2.1"] }
    handler "log" {}
  }
  route "lte" {
    interface = "eth1"
    gateway   = "10.0.1.1"
    verify "icmp" { targets = ["192.0.2.1"] }
  }
}
`

// three has one more route.
var three = strings.Replace(strings.TrimSuffix(two, "}\n"), "\nfallback", `ethernet "eth2" {
  ipv4 { addresses = ["10.0.2.2/24"] }
}

fallback`, 1) + `  route "cable" {
    interface = "eth2"
    gateway   = "10.0.2.1"
    verify "icmp" { targets = ["192.0.2.1"] }
  }
}
`

func decode(t *testing.T, text string) *schema.Document {
	t.Helper()
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: "bond.hcl", Bytes: []byte(text)}}, schema.Inputs{
		Getenv: func(string) (string, bool) { return "", false },
	})
	require.False(t, diags.HasErrors(), "%v", diags)
	return doc
}

// world is what is around a loop: a fake kernel, lines that answer or do not, and
// handlers that write down what they are told. Its methods may be called from any goroutine.
type world struct {
	t *testing.T
	*kerneltest.Fake
	*Loop
	stop    context.CancelFunc
	left    chan error
	changes chan struct{}

	mu    sync.Mutex
	rules []kernel.Rule
	// dead are the links over which nothing answers.
	dead map[string]bool
	// unclear is why nothing can be asked over any link, empty for nothing.
	unclear string
	// refused is the link that no route can be written over.
	refused string
	// ahead is what the boot clock is ahead of the timers.
	ahead time.Duration
	log   []string
	// broken is what reading the kernel's state comes to.
	broken error
	kept   Kept
	// bare is how often there was no default route any more after a change.
	clothed bool
	bare    int
	outages []time.Duration
	// sequence is that of the last event, and saved before which all are saved.
	sequence uint64
	saved    atomic.Uint64
	// renewed are the links that the prober was told of.
	renewed []string
	// astray are the links over which was asked while no rule led there.
	astray []string
}

// begin starts a loop of a document in a world with two cards.
func begin(t *testing.T, text string, change ...func(*world)) *world {
	t.Helper()
	w := &world{t: t, Fake: kerneltest.NewFake(), changes: make(chan struct{}, 1), left: make(chan error, 1), dead: map[string]bool{}}
	for i, name := range []string{"eth0", "eth1"} {
		w.AddHardware(name)
		require.NoError(t, w.Up(name))
		require.NoError(t, w.AddAddress(kernel.Address{Link: name, Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i), 2}), 24)}))
	}
	doc := decode(t, text)
	w.Loop = New(doc, Config{
		Read:  func(doc *schema.Document) []monitor.Settings { return monitor.Read(doc, verify.Name) },
		Clock: w, Changes: w.changes, Kernel: w, Prober: w, Handlers: w, Host: w, Log: slog.New(slog.DiscardHandler),
		Keep: func(k Kept, then func()) { w.kept = k; then() },
		Switched: func(_ *monitor.Settings, _ monitor.Decision, outage time.Duration) {
			w.outages = append(w.outages, outage)
		},
	})
	for _, c := range change {
		c(w)
	}
	ctx, stop := context.WithCancel(t.Context())
	w.stop = stop
	go func() { w.left <- w.Run(ctx) }()
	synctest.Wait()
	return w
}

// end stops the loop and gives its error.
func (w *world) end() error {
	w.stop()
	return <-w.left
}

// say writes down what was done.
func (w *world) say(format string, values ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, fmt.Sprintf(format, values...))
}

// said gives what was done since it was last asked.
func (w *world) said() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	log := w.log
	w.log = nil
	return log
}

// Now implements [checkpoint.Clock].
func (w *world) Now() checkpoint.Instant {
	w.mu.Lock()
	defer w.mu.Unlock()
	return checkpoint.Instant{Boot: time.Duration(time.Now().UnixNano()) + w.ahead, BootID: "this", Wall: time.Now()}
}

// Observe implements [Kernel].
func (w *world) Observe() (*kernel.State, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return nil, w.broken
	}
	state, err := w.Fake.Observe()
	state.Rules = append(state.Rules, w.rules...)
	return state, err
}

// AddRule implements [kernel.Rules].
func (w *world) AddRule(r kernel.Rule) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rules = append(w.rules, r)
	return nil
}

// RemoveRule implements [kernel.Rules].
func (w *world) RemoveRule(r kernel.Rule) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rules = slices.DeleteFunc(w.rules, func(o kernel.Rule) bool {
		return o.Priority == r.Priority && o.From == r.From && o.Outgoing == r.Outgoing && o.Mark == r.Mark
	})
	return nil
}

// ReplaceRoute implements [routes.Kernel].
func (w *world) ReplaceRoute(r kernel.Route) error {
	return w.counting(func() error {
		if r.Link == w.refused {
			return syscall.ENETUNREACH
		}
		return w.Fake.ReplaceRoute(r)
	})
}

// RemoveRoute implements [routes.Kernel].
func (w *world) RemoveRoute(r kernel.Route) error {
	return w.counting(func() error { return w.Fake.RemoveRoute(r) })
}

// counting changes the kernel, and notes the absence of a default route after it.
func (w *world) counting(change func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := change()
	there := len(w.main()) > 0
	if w.clothed && !there {
		w.bare++
	}
	w.clothed = w.clothed || there
	return err
}

// somebody changes the kernel.
func (w *world) somebody(change func() error) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NoError(w.t, change())
}

// defaults are the links of the main table's default routes, the preferred one first.
func (w *world) defaults() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var links []string
	for _, r := range w.main() {
		links = append(links, r.Link)
	}
	return links
}

func (w *world) main() []kernel.Route {
	state, err := w.Fake.Observe()
	require.NoError(w.t, err)
	found := slices.DeleteFunc(state.Routes, func(r kernel.Route) bool {
		return r.To != schema.IPv4.Default() || r.Table != unix.RT_TABLE_MAIN
	})
	slices.SortStableFunc(found, func(a, b kernel.Route) int { return int(a.Metric) - int(b.Metric) })
	return found
}

// signal tells the loop that the kernel's state has changed.
func (w *world) signal() {
	select {
	case w.changes <- struct{}{}:
	default:
	}
	synctest.Wait()
}

// Ask implements [Prober].
func (w *world) Ask(ctx context.Context, q prober.Question) {
	asked := monitor.Moment(w.Now().Boot)
	w.mu.Lock()
	if !slices.ContainsFunc(w.rules, func(r kernel.Rule) bool { return r.Outgoing == q.Link }) {
		w.astray = append(w.astray, q.Link)
	}
	w.mu.Unlock()
	go func() {
		w.mu.Lock()
		answer := monitor.Answer{Target: q.Check.Verifier.Targets.Items[0].Value, Outcome: monitor.Hit, Took: time.Millisecond, At: asked}
		if w.dead[q.Link] {
			answer.Outcome, answer.Took = monitor.Miss, 0
		}
		if w.unclear != "" {
			answer.Outcome, answer.Took, answer.Said = monitor.Unclear, 0, w.unclear
		}
		w.mu.Unlock()
		wait := answer.Took
		if answer.Outcome == monitor.Miss {
			wait = q.Check.Timeout
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			answer.Outcome = monitor.Unclear
		}
		q.Done(asked, []monitor.Answer{answer})
	}()
}

// Renew implements [Prober].
func (w *world) Renew(link string) { w.renewed = append(w.renewed, link) }

// kill has nothing answer over a link any more, or again.
func (w *world) kill(link string, dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead[link] = dead
}

// Complete implements [Handlers].
func (w *world) Complete(e handler.Event) (handler.Event, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sequence++
	e.Sequence = w.sequence
	return e, true
}

// Saved implements [Handlers].
func (w *world) Saved() uint64 { return w.saved.Load() }

// Tell implements [Handlers].
func (w *world) Tell(e handler.Event) {
	if e.Name != schema.EventChecked {
		w.say("%s %s up %v down %v", e.Name, e.Route, e.Up, e.Down)
	}
}

// Wake implements [Handlers].
func (w *world) Wake() { w.say("wake") }

// Reload implements [Handlers].
func (w *world) Reload(all []*schema.Fallback) error {
	if len(all) == 0 {
		return errors.New("no fallback")
	}
	return nil
}

// CloseSockets implements [Kernel].
func (w *world) CloseSockets(family schema.Family, addresses []netip.Addr) (int, error) {
	w.say("close sockets of %s %v while %v", family, addresses, w.defaults())
	return 1, nil
}

// ForgetFlows implements [Kernel].
func (w *world) ForgetFlows(family schema.Family, addresses []netip.Addr) (int, error) {
	w.say("forget flows of %s %v", family, addresses)
	return 1, nil
}

// Warm implements [Kernel].
func (w *world) Warm(link string, gateway netip.Addr) error {
	w.say("warm %s %s", link, gateway)
	return nil
}

// Prepare implements [Host].
func (w *world) Prepare(links []string) error {
	w.say("prepare %v", links)
	return nil
}

// Restore implements [Host].
func (w *world) Restore() error {
	w.say("restore")
	return nil
}

// UseResolvers implements [Host].
func (w *world) UseResolvers(link string, servers []netip.Addr, _ []string) error {
	w.say("resolvers %s %v", link, servers)
	return nil
}
