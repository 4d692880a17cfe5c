package scenario

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

const (
	// repetitions are those of each figure in one round of a benchmark.
	repetitions = 20
	// fine is the pace of a meter that measures times.
	fine = time.Millisecond
	// phase is how long a fault waits at most, so that it comes at any moment between
	// two checks.
	phase = 300 * time.Millisecond
)

// fast asks five times a second, and three misses decide.
var fast = "    verify \"icmp\" {\n      targets = [\"203.0.113.1\", \"203.0.113.2\"]\n      interval = \"200ms\"\n      standby_interval = \"200ms\"\n      timeout = \"200ms\"\n      fall = 3\n      rise = 2\n    }\n"

// spread reports the median of what was measured, its 95th percentile and the worst.
func spread(b *testing.B, all []time.Duration, unit string) {
	b.Helper()
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(all[len(all)/2]), unit+"-median-ms")
	b.ReportMetric(ms(all[(len(all)*95+99)/100-1]), unit+"-p95-ms")
	b.ReportMetric(ms(all[len(all)-1]), unit+"-worst-ms")
	b.ReportMetric(0, "ns/op") // how long it takes to measure says nothing
}

// slack is how late a machine may be that has nothing else to do than to be measured.
const slack = 250 * time.Millisecond

// isBusy tells whether processes have waited for this machine's processors of late, so
// that times say nothing (the first figure of /proc/loadavg, proc(5)).
func isBusy(tb testing.TB) bool {
	tb.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	require.NoError(tb, err)
	first, _, _ := strings.Cut(string(text), " ")
	load, err := strconv.ParseFloat(first, 64)
	require.NoError(tb, err)
	if load <= float64(runtime.NumCPU()) {
		return false
	}
	tb.Logf("this machine is too busy to be judged: its load is %s", first)
	return true
}

// moved is how long the document of afresh says that it takes at most until traffic has
// left the first route.
func moved(tb testing.TB) time.Duration {
	tb.Helper()
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: documentFile, Bytes: []byte(watchedFast)}}, schema.Inputs{})
	require.False(tb, diags.HasErrors(), "%v", diags)
	all := monitor.Read(doc, verify.Name)
	return all[0].Forecast().Routes[0].Moved
}

// watchedFast is the document of afresh.
var watchedFast = document(soon, fibre.with(fast), radio.with(fast))

// afresh starts a monitor that knows nothing, and waits until all is well.
func (w *world) afresh() *watch {
	w.t.Helper()
	require.NoError(w.t, os.RemoveAll(w.path("state")))
	d := w.watch(watchedFast)
	d.settles(fibre, radio)
	return d
}

// outages has a fault come again and again, each time under a mover that has just begun,
// and gives how long the stream was interrupted each time.
func outages(b *testing.B, by mover, fault func(w *world) (repair func())) []time.Duration {
	b.Helper()
	w := newWorld(b)
	m := w.measure(metered, fine)
	var all []time.Duration
	for range repetitions * b.N {
		end := by.start(w)
		m.flowsOver(eth0)
		time.Sleep(rand.N(phase))
		if by.dies {
			end()
		}
		since := m.now()
		repair := fault(w)
		m.flowsOver(wlan0)
		all = append(all, m.gap(since))
		repair()
		end()
	}
	return all
}

// compare measures the outages of a fault under one mover after the other.
func compare(b *testing.B, movers []mover, fault func(w *world) (repair func())) {
	b.Helper()
	for _, by := range movers {
		b.Run(by.name, func(b *testing.B) { spread(b, outages(b, by, fault), "outage") })
	}
}

// keepsItsWord measures the outages of a fault under the monitor, none of which is longer
// than it says.
func keepsItsWord(b *testing.B, fault func(w *world) (repair func())) {
	b.Helper()
	all := outages(b, bondctl, fault)
	spread(b, all, "outage")
	if !isBusy(b) {
		require.LessOrEqual(b, all[len(all)-1], moved(b)+slack)
	}
}

// BenchmarkLinkCut measures how long the cut of a cable interrupts a stream of 1 kHz.
func BenchmarkLinkCut(b *testing.B) {
	compare(b, []mover{bondctl, killed, keepalived, dpinger}, func(w *world) func() {
		w.cut(eth0)
		return func() { w.mend(eth0) }
	})
}

// BenchmarkDeadPath measures the same for a path that dies behind a gateway that
// answers. Under the monitor that is as long at most as it says.
func BenchmarkDeadPath(b *testing.B) {
	fault := func(w *world) func() { return w.blackhole(eth0) }
	b.Run(bondctl.name, func(b *testing.B) { keepsItsWord(b, fault) })
	compare(b, []mover{keepalived, dpinger}, fault)
}

// BenchmarkFailBack measures how long the way back interrupts a stream, beside how long
// it is interrupted without any fault, and how much is lost on that way.
func BenchmarkFailBack(b *testing.B) {
	for _, by := range []mover{bondctl, keepalived, dpinger} {
		b.Run(by.name, func(b *testing.B) { failBack(b, by) })
	}
}

func failBack(b *testing.B, by mover) {
	b.Helper()
	w := newWorld(b)
	m := w.measure(metered, fine)
	var back, noise []time.Duration
	lost := 0
	for range repetitions * b.N {
		end := by.start(w)
		m.flowsOver(eth0)
		repair := w.blackhole(eth0)
		m.flowsOver(wlan0)
		since := m.now()
		time.Sleep(rand.N(phase))
		repair()
		m.flowsOver(eth0)
		back = append(back, m.gap(since))
		until := m.now()
		m.flowsOver(eth0)
		lost += m.lost(since, until)
		as := until - since
		since = m.now()
		await(b, "as long without a fault", func() bool { return m.now() >= since+as })
		noise = append(noise, m.gap(since))
		end()
	}
	spread(b, back, "gap")
	spread(b, noise, "noise")
	b.ReportMetric(float64(lost), "lost")
}

// BenchmarkReconnect measures how long after the switch a client has another connection.
func BenchmarkReconnect(b *testing.B) {
	w := newWorld(b)
	m := w.measure(metered, fine)
	var all []time.Duration
	for range repetitions * b.N {
		d := w.afresh()
		m.flowsOver(eth0)
		old := w.dial(metered)
		since := m.now()
		repair := w.blackhole(eth0)
		old.breaks(b)
		w.dial(metered)
		connected := time.Now()
		m.flowsOver(wlan0)
		all = append(all, connected.Sub(m.sentAt(m.firstFrom(since, addressOf(wlan0)))))
		repair()
		d.kill()
	}
	spread(b, all, "reconnected")
}

// many describes ten routes with five targets each.
func (w *world) many() string {
	w.t.Helper()
	var links, routes strings.Builder
	for n := range 10 {
		name, net := fmt.Sprintf("port%d", n), 20+n
		veth(w.t, w.h, name, w.routers[0], name)
		w.routers[0].addAddress(name, fmt.Sprintf("10.%d.0.1/24", net))
		w.routers[0].up(name)
		w.h.addAddress(name, fmt.Sprintf("10.%d.0.2/24", net))
		w.h.up(name)
		w.s.addRoute(fmt.Sprintf("10.%d.0.0/24", net), "10.101.0.1", "from1", 0)
		var targets []string
		for i := range 5 {
			at := fmt.Sprintf("203.0.113.%d", 100+5*n+i)
			w.s.addAddress("lo", at+"/32")
			targets = append(targets, strconv.Quote(at))
		}
		fmt.Fprintf(&links, "ethernet %q {\n  ipv4 { addresses = [\"10.%d.0.2/24\"] }\n}\n", name, net)
		fmt.Fprintf(&routes, "  route %q {\n    interface = %q\n    gateway = \"10.%d.0.1\"\n    verify \"icmp\" {\n      targets = [%s]\n      interval = \"1s\"\n      standby_interval = \"1s\"\n    }\n  }\n",
			name, name, net, strings.Join(targets, ", "))
	}
	return links.String() + "fallback \"internet\" {\n" + routes.String() + "}\n"
}

// BenchmarkTenRoutes measures what a monitor of 10 routes and 50 targets, each asked
// once a second, takes of the machine: under 25 MB and 2 % of a core.
func BenchmarkTenRoutes(b *testing.B) {
	w := newWorld(b)
	d := w.watch(w.many())
	d.awaits("all are good", func(s *control.Snapshot) bool {
		return !slices.ContainsFunc(s.Fallbacks[0].Routes, func(r control.Route) bool { return r.Status != monitor.Good })
	})
	const long = 20 * time.Second
	var used time.Duration
	for range b.N {
		before := d.cpu()
		time.Sleep(long)
		used += d.cpu() - before
	}
	share, memory := 100*float64(used)/float64(long)/float64(b.N), d.resident()
	b.ReportMetric(share, "%-of-a-core")
	b.ReportMetric(memory, "MB")
	b.ReportMetric(0, "ns/op")
	require.Less(b, memory, 25.0)
	if !isBusy(b) {
		require.Less(b, share, 2.0)
	}
}

// cpu is the time of processors that the monitor has used (utime and stime, proc(5)).
func (m *watch) cpu() time.Duration {
	m.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.cmd.Process.Pid))
	require.NoError(m.t, err)
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		require.NoError(m.t, err)
		ticks += n
	}
	const tick = time.Second / 100 // USER_HZ
	return time.Duration(ticks) * tick
}

// resident is the most memory that it has had, in MB (VmHWM, proc(5)).
func (m *watch) resident() float64 {
	m.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.cmd.Process.Pid))
	require.NoError(m.t, err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(m.t, err)
			return float64(n) / 1000
		}
	}
	require.Fail(m.t, "no VmHWM")
	return 0
}
