package scenario

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// slots follows the default routes of the main table from one message of the kernel to
// the next, by their metrics. No change between two looks escapes it, but those that the
// kernel makes without a word do.
type slots struct {
	mu sync.Mutex
	// over is the link of each metric.
	over map[int]int
	// changes counts them, and bare those after which no route led over a link.
	changes int
	bare    map[int]int
}

// follow begins to follow the routes.
func (w *world) follow() *slots {
	w.t.Helper()
	s := &slots{over: map[int]int{}, bare: map[int]int{}}
	updates, done := make(chan netlink.RouteUpdate, 1024), make(chan struct{})
	w.h.Do(func() error { return netlink.RouteSubscribe(updates, done) })
	w.t.Cleanup(func() { close(done) })
	found, err := w.h.defaults(ipv4Family)
	require.NoError(w.t, err)
	for _, r := range found {
		s.over[r.Priority] = r.LinkIndex
	}
	go func() {
		for u := range updates {
			if u.Table == unix.RT_TABLE_MAIN && isDefault(u.Route) && (u.Gw == nil || u.Gw.To4() != nil) {
				s.take(u)
			}
		}
	}()
	return s
}

func (s *slots) take(u netlink.RouteUpdate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := map[int]bool{}
	for _, link := range s.over {
		before[link] = true
	}
	if u.Type == unix.RTM_NEWROUTE {
		s.over[u.Priority] = u.LinkIndex
	} else if s.over[u.Priority] == u.LinkIndex {
		delete(s.over, u.Priority)
	}
	s.changes++
	for _, link := range s.over {
		delete(before, link)
	}
	for link := range before {
		s.bare[link]++
	}
}

// goneFrom tells after how many changes no route led over a link any more that one had
// led over before, and how many there were.
func (s *slots) goneFrom(link int) (bare, changes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bare[link], s.changes
}

// The link that traffic moves to is never without a default route while it does, not
// between two changes either: what leads over it is written before anything else is
// taken away.
func TestMakeBeforeBreak(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	s := w.follow()
	m := w.measure(metered, steady)
	w.cut(eth0)
	d.is(fibre, monitor.Absent)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)
	await(t, "the changes were seen", func() bool { _, changes := s.goneFrom(0); return changes > 1 })
	bare, _ := s.goneFrom(w.h.link(wlan0).Attrs().Index)
	assert.Zero(t, bare, "changes that left radio without a route")
	m.neverRefused()
}
