package scenario

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// How long faults come at random, and which come: those of a seed come again; and how
// long the host is busy. The hours are for make soak.
var (
	busyFor  = flag.Duration("busy", 3*time.Second, "how long the host is busy in TestBusyHost")
	soakFor  = flag.Duration("soak", 10*time.Second, "how long TestSoak has faults come")
	soakSeed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "which faults come in TestSoak")
)

// The state that links are in while faults come: how each that is there is repaired,
// by link.
type faults struct {
	w       *world
	rand    *rand.Rand
	repairs map[string]func()
}

// step has a fault come, or go.
func (f *faults) step() string {
	link := uplinks[f.rand.IntN(len(uplinks))]
	if repair, there := f.repairs[link]; there {
		delete(f.repairs, link)
		repair()
		return "mend " + link
	}
	kinds := []struct {
		name  string
		begin func() func()
	}{
		{"blackhole", func() func() { return f.w.blackhole(link) }},
		{"mute", func() func() { return f.w.mute(link) }},
		{"cut", func() func() { f.w.cut(link); return func() { f.w.mend(link) } }},
		{"set down", func() func() { f.w.h.down(link); return func() { f.w.h.up(link) } }},
	}
	if link == ppp0 {
		kinds = kinds[:2] // so that the kernel always has a route
	}
	kind := kinds[f.rand.IntN(len(kinds))]
	f.repairs[link] = kind.begin()
	return kind.name + " " + link
}

// well are the addresses of the links without a fault.
func (f *faults) well() []netip.Addr {
	var all []netip.Addr
	for _, link := range uplinks {
		if f.repairs[link] == nil {
			all = append(all, addressOf(link))
		}
	}
	return all
}

// 40: faults come and go at random. While one path is well, traffic finds it, and in
// the end nothing is left of all that.
func TestSoak(t *testing.T) {
	t.Parallel()
	seed := *soakSeed
	t.Logf("faults of -seed %d for -soak %s", seed, *soakFor)
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio, mobile), "--metrics", "unix:"+w.path("run/metrics"))
	d.settles(fibre, radio, mobile)
	m, s, before := w.measure(metered, steady), w.sample(), w.h.portrait(unix.AF_INET)
	files, goroutines := d.openFiles(), d.goroutines()
	f := &faults{w, rand.New(rand.NewPCG(seed, seed)), map[string]func(){}}
	for until := time.Now().Add(*soakFor); time.Now().Before(until); {
		step := f.step()
		well := f.well()
		if len(well) == 0 {
			continue
		}
		since := m.now()
		await(t, fmt.Sprintf("traffic flows after %s over one of %v", step, well), func() bool {
			return m.returned(since, func(from netip.Addr) bool { return slices.Contains(well, from) }) >= enough
		})
	}
	for _, link := range uplinks {
		if repair := f.repairs[link]; repair != nil {
			repair()
		}
	}
	_, err := d.client.Switch(t.Context(), "internet", "fibre")
	require.NoError(t, err)
	d.settles(fibre, radio, mobile)
	await(t, "routes and rules are as before", func() bool { return w.h.portrait(unix.AF_INET) == before })
	d.awaits("nothing waits", func(s *control.Snapshot) bool { return !waits(s) && len(s.Degraded) == 0 })
	await(t, "no more files are open than before", func() bool { return d.openFiles() <= files })
	await(t, "no more goroutines run than before", func() bool { return d.goroutines() <= goroutines })
	m.neverRefused()
	s.neverBare()
}

// openFiles is how many files the monitor has open.
func (m *watch) openFiles() int {
	m.t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", m.cmd.Process.Pid))
	require.NoError(m.t, err)
	return len(entries)
}

// goroutines is how many goroutines the monitor has, which tells by its metrics.
func (m *watch) goroutines() int {
	m.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", m.w.path("run/metrics"))
		},
	}}
	response, err := client.Get("http://monitor/metrics")
	require.NoError(m.t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(m.t, err)
	require.NoError(m.t, response.Body.Close())
	_, after, told := strings.Cut(string(text), "\ngo_goroutines ")
	require.True(m.t, told, "%s", text)
	number, _, _ := strings.Cut(after, "\n")
	count, err := strconv.Atoi(number)
	require.NoError(m.t, err)
	return count
}
