package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// late is how late a path is whose answers take too long: far from what they may take,
// and from what they do on a busy machine.
const late = 600 * time.Millisecond

func isLate(took time.Duration) bool { return took >= late }

// flowsLate makes sure that the stream flows over eth0, and comes late.
func (m *meter) flowsLate() {
	m.t.Helper()
	since := m.now()
	await(m.t, "what comes back is late", func() bool { return m.took(since, isLate) >= enough })
	m.flowsOver(eth0)
}

// flowsInTime waits until the stream flows over wlan0 as soon as before.
func (m *meter) flowsInTime() {
	m.t.Helper()
	m.flowsOver(wlan0)
	since := m.now()
	await(m.t, "what comes back is in time", func() bool {
		return m.took(since, func(took time.Duration) bool { return !isLate(took) }) >= enough
	})
}

// 7: answers come late. The negative controls are those that nobody is to judge: without
// a threshold, or when the monitor is dead.
func TestLatency(t *testing.T) {
	t.Parallel()
	slow := fibre.with(strings.Replace(asks, "fall ", "max_latency = \"300ms\"\n      window = \"4s\"\n      fall ", 1))
	t.Run("without a threshold that is no failure", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, fibre, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].back.setDelay(late)
		d.awaits("answers take longer", func(s *control.Snapshot) bool {
			answers := find(s, fibre).Checks[0].Answers
			return len(answers) > 0 && answers[0].Took > 150*time.Millisecond
		})
		m.flowsLate()
		d.awaitsTold(began)
	})
	t.Run("for a short while it is none, though checks are missed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, fibre.with(strings.Replace(asks, "fall             = 3", "fall = 6", 1)), radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].back.setDelay(1300 * time.Millisecond)
		m.flowsLate()
		d.awaits("a check is missed", func(s *control.Snapshot) bool { return find(s, fibre).Checks[0].Misses > 0 })
		w.wires[eth0].back.setDelay(0)
		d.settles(fibre, radio)
		m.flowsOver(eth0)
		d.awaitsTold(began)
	})
	t.Run("nobody minds when the monitor is dead", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, slow, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		d.kill()
		w.wires[eth0].back.setDelay(late)
		m.flowsLate()
		m.flowsLate()
	})
	t.Run("with one it is", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, slow, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].back.setDelay(late)
		m.flowsInTime()
		d.awaitsTold(began, left)
		w.wires[eth0].back.setDelay(0)
		m.flowsOver(eth0)
		d.awaitsTold(began, left, returned)
		m.neverRefused()
	})
	t.Run("what comes after its time is told as late, and is no loss", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, fibre.with(strings.Replace(asks, "fall ", "max_loss = 90\n      window = \"5s\"\n      fall ", 1)), radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].back.setDelay(1300 * time.Millisecond)
		m.flowsInTime()
		assert.Contains(t, d.status().Fallbacks[0].Last.Reason, "missed 3 in a row")
		d.awaits("it is told as late", func(s *control.Snapshot) bool {
			check := find(s, fibre).Checks[0]
			return len(check.Answers) > 0 && check.Answers[0].Late > 1200*time.Millisecond && strings.HasPrefix(check.Answers[0].Said, "late: ") && check.Loss < 30
		})
		w.wires[eth0].back.setDelay(0)
		m.flowsOver(eth0)
		d.awaitsTold(began, left, returned)
		m.neverRefused()
	})
}
