package scenario

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// 23: the monitor stands still for longer than three misses take.
func TestStandsStill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	d.signal(unix.SIGSTOP)
	time.Sleep(5 * time.Second)
	d.signal(unix.SIGCONT)
	await(t, "it has noticed", func() bool { return strings.Contains(d.log.String(), "stood still") })
	d.settles(fibre, radio)
	d.awaitsTold(began)
}

// 23, the negative control: a path that dies meanwhile is no fancy. Nobody leaves it until
// the monitor goes on, and then it does.
func TestStandsStillWhileAPathDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	d.signal(unix.SIGSTOP)
	w.blackhole(eth0)
	m.flowsNowhere()
	d.signal(unix.SIGCONT)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Bad)
	d.awaitsTold(began, left)
	m.neverRefused()
}

// 23: the monitor stands still while it waits for an answer that does not come, and one miss
// is enough to leave a path. Whether it did not come in time nobody knows then: the question
// is put again. The negative control is the monitor that does not stand still.
func TestStandsStillWhileItAsks(t *testing.T) {
	t.Parallel()
	once := "    verify \"dns\" {\n      targets = [\"203.0.113.1\"]\n      query = \"" + serverName + "\"\n      interval = \"10s\"\n      standby_interval = \"10s\"\n      timeout = \"10s\"\n      fall = 1\n      rise = 1\n    }\n"
	for _, stands := range []bool{true, false} {
		t.Run(fmt.Sprintf("stands still %t", stands), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.watch(document(soon, fibre.with(once), radio.with(once)))
			d.settles(fibre, radio)
			d.awaitsTold(began)
			w.s.deaf.Store(addressOf(eth0), true)
			await(t, "it asks", func() bool { return w.s.ignored.Load() > 0 })
			if !stands {
				d.awaitsTold(began, left)
				return
			}
			d.signal(unix.SIGSTOP)
			w.s.deaf.Delete(addressOf(eth0))
			time.Sleep(12 * time.Second) // longer than it waits for an answer
			d.signal(unix.SIGCONT)
			await(t, "it has noticed", func() bool { return strings.Contains(d.log.String(), "stood still") })
			d.settles(fibre, radio)
			d.awaitsTold(began)
		})
	}
}

// 23 and 31: the monitor gets next to no time, and somebody else asks for echoes, a
// thousand times a second: no path dies of that, but one that does is left all the same.
// It runs alone, for the others would get no time either.
func TestBusyHost(t *testing.T) {
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	for range 8 {
		busy := exec.Command("sh", "-c", "while :; do :; done")
		require.NoError(t, w.h.Start(busy))
		t.Cleanup(func() {
			require.NoError(t, busy.Process.Kill())
			_ = busy.Wait() // killed, as it was to be
		})
	}
	answered := w.ping(t, *busyFor)
	assert.Positive(t, answered, "the foreign echoes were answered")
	d.settles(fibre, radio)
	d.awaitsTold(began)

	m := w.measure(metered, steady)
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)
}
