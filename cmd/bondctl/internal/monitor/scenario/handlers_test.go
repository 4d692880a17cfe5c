package scenario

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// posts has a handler post events to the server.
func posts(names ...string) string {
	return "    handler \"webhook\" {\n      url = \"https://203.0.113.3:8443/net\"\n      timeout = \"5s\"\n      retry_delay = \"100ms\"\n      events = [\"" +
		strings.Join(names, "\", \"") + "\"]\n    }\n"
}

// delivered is what was posted, each event once, in the order in which they came first.
func delivered(all []post) []string {
	var keys, events []string
	for _, p := range all {
		var e struct{ Event, Route string }
		key := p.header.Get("Idempotency-Key")
		if slices.Contains(keys, key) || json.Unmarshal([]byte(p.body), &e) != nil {
			continue
		}
		keys, events = append(keys, key), append(events, strings.TrimSpace(e.Event+" "+e.Route))
	}
	return events
}

// Events go over the link that carries, wherever the main table leads.
func TestWebhookGoesWhereTrafficShould(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(posts("failed")), radio))
	d.settles(fibre, radio)
	w.h.addRoute("0.0.0.0/0", "", ppp0, 0)
	m := w.measure(metered, steady)
	m.flowsOver(ppp0)
	w.blackhole(eth0)
	d.carries(radio)
	await(t, "it is posted", func() bool { return len(w.s.hooks.taken()) > 0 })
	assert.Equal(t, addressOf(wlan0), w.s.hooks.taken()[0].from)
	m.flowsOver(ppp0)
}

// 25: who takes events does not answer, then answers with errors, then well.
func TestHangingWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.s.hooks.answer.Store(0)
	d := w.watch(document(soon, fibre.with(posts("connected", "failed", "restored")), radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	await(t, "it hangs", func() bool { return len(w.s.hooks.taken()) > 0 })
	repair := w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)

	w.s.hooks.answer.Store(http.StatusInternalServerError)
	before := len(w.s.hooks.taken())
	await(t, "it tries again", func() bool { return len(w.s.hooks.taken()) > before+2 })
	assert.Equal(t, []string{"connected fibre"}, delivered(w.s.hooks.taken()), "one after the other")
	repair()
	m.flowsOver(eth0)
	d.awaitsTold(began, left, returned)

	w.s.hooks.answer.Store(http.StatusAccepted)
	d.awaits("all is delivered", func(s *control.Snapshot) bool { return !waits(s) })
	assert.Equal(t, []string{"connected fibre", "failed fibre", "restored fibre"}, delivered(w.s.hooks.taken()))
	m.neverRefused()
}

// waits tells whether a handler is still to be told something.
func waits(s *control.Snapshot) bool {
	return slices.ContainsFunc(s.Handlers, func(h control.Handler) bool { return h.Waiting > 0 })
}

// 26: nothing is up, so that nothing can be posted until something is.
func TestWebhookWhileAllIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(posts("all_down", "restored")), radio))
	d.settles(fibre, radio)
	whole := time.Now().Truncate(time.Millisecond)
	dark := w.blackhole(wlan0)
	repair := w.blackhole(eth0)
	d.awaits("all is down", func(s *control.Snapshot) bool { return s.Fallbacks[0].AllDown && waits(s) })
	fell := time.Now()
	time.Sleep(time.Second)
	assert.Empty(t, w.s.hooks.taken())

	repair()
	dark()
	await(t, "both are delivered", func() bool { return len(delivered(w.s.hooks.taken())) > 1 })
	d.awaits("nothing waits", func(s *control.Snapshot) bool { return !s.Fallbacks[0].AllDown && !waits(s) })
	taken := w.s.hooks.taken()
	require.Equal(t, []string{"all_down", "restored fibre"}, delivered(taken))
	assert.Len(t, taken, 2, "each once")
	var e struct{ At struct{ Time time.Time } }
	require.NoError(t, json.Unmarshal([]byte(taken[0].body), &e))
	assert.WithinRange(t, e.At.Time, whole, fell, "the time is that of the event")
}

// 27: a program that handles events hangs with its children, or writes without end, or
// fails.
func TestBadPrograms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(
		w.program("hangs", `sleep 1000 & echo $! >> "$PIDS"; wait`)+
			w.program("floods", `head -c 20000000 /dev/zero | tr '\0' x`)+
			w.program("fails", `echo it is broken >&2; exit 1`)), radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	w.cut(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)
	d.awaits("all are through", func(s *control.Snapshot) bool { return !waits(s) })
	assert.Less(t, len(d.log.String()), 100_000, "what they write is cut short")
	assert.Contains(t, d.log.String(), "it is broken")
	pids := strings.Fields(w.read("pids"))
	require.NotEmpty(t, pids)
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		require.NoError(t, err)
		await(t, "the child is gone", func() bool { return isGone(pid) })
	}
	m.neverRefused()
}

// isGone tells whether a process has ended, taken leave of or not.
func isGone(pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(text), ") ")
	return strings.HasPrefix(state, "Z") || unix.Kill(pid, 0) == unix.ESRCH
}

// program has a script handle that a route fails. It has so long that a busy machine gets
// to the end of one that does not hang.
func (w *world) program(name, script string) string {
	path := w.path(name)
	w.write(name, "#!/bin/sh\nPIDS="+w.path("pids")+"\n"+script+"\n")
	require.NoError(w.t, os.Chmod(path, 0o700))
	return "    handler \"exec\" {\n      command = [\"" + path + "\"]\n      events  = [\"failed\"]\n      timeout = \"10s\"\n    }\n"
}
