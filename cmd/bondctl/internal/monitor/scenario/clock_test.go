package scenario

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// watchElsewhen starts a monitor with the document that is there, whose clocks of the boot
// are ahead of those of everybody else, or behind (time_namespaces(7)).
func (w *world) watchElsewhen(ahead time.Duration) *watch {
	w.t.Helper()
	cmd := w.bondctl("monitor", "--state-dir", w.path("state"))
	by := fmt.Sprintf("%d", ahead/time.Second)
	elsewhen := exec.Command("unshare", append([]string{"--time", "--boottime=" + by, "--monotonic=" + by}, cmd.Args...)...)
	elsewhen.Env = cmd.Env
	return w.watchBy(elsewhen)
}

// uptime is what the clock of the boot says here.
func uptime(tb testing.TB) time.Duration {
	tb.Helper()
	text, err := os.ReadFile("/proc/uptime")
	require.NoError(tb, err)
	first, _, _ := strings.Cut(string(text), " ")
	since, err := time.ParseDuration(first + "s")
	require.NoError(tb, err)
	return since
}

// 24: the monitor is started anew, and the moments that it remembers are long gone, or have
// not come yet, or are of another boot. Nothing moves for that, and its timers run: a path
// that dies is left, and returned to. TestKilled is the control, where the clock goes on.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		ahead func() time.Duration
		// boot is what the state says of the boot, empty for what it did say.
		boot string
	}{
		{"a month ahead", func() time.Duration { return 30 * 24 * time.Hour }, ""},
		{"behind what is remembered", func() time.Duration { return -uptime(t) / 2 }, ""},
		{"another boot", func() time.Duration { return 0 }, "8a0e6c1c-0000-4000-8000-000000000000"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.watch(document(soon, fibre, radio))
			d.settles(fibre, radio)
			m, s := w.measure(metered, steady), w.sample()
			w.cut(eth0)
			m.flowsOver(wlan0)
			w.mend(eth0)
			d.settles(fibre, radio)
			d.awaitsTold(began, left, returned)
			await(t, "what is known is on disk", func() bool { return strings.Contains(w.read("state/state.json"), `"active":"fibre"`) })
			d.kill()
			if c.boot != "" {
				w.ofBoot(c.boot)
			}

			next := w.watchElsewhen(c.ahead())
			next.settles(fibre, radio)
			m.flowsOver(eth0)
			next.awaits("it asks again and again", func(s *control.Snapshot) bool { return find(s, fibre).Checks[0].Passed.After(s.Since) })
			assert.NotContains(t, strings.Join(next.told(quiet...), "\n"), "failed")
			before := next.told(quiet...)
			repair := w.blackhole(eth0)
			m.flowsOver(wlan0)
			next.is(fibre, monitor.Bad)
			repair()
			m.flowsOver(eth0)
			next.awaitsTold(before, left, returned)
			m.neverRefused()
			s.neverBare()
		})
	}
}

// ofBoot has the state say that it is of another boot.
func (w *world) ofBoot(boot string) {
	w.t.Helper()
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	require.NoError(w.t, err)
	state, own := w.read("state/state.json"), strings.TrimSpace(string(text))
	require.Contains(w.t, state, own)
	w.write("state/state.json", strings.ReplaceAll(state, own, boot))
}
