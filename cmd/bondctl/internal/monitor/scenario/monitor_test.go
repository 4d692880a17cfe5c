package scenario

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// watch is a running bondctl monitor, in a process of its own on the host under test.
type watch struct {
	t      testing.TB
	w      *world
	cmd    *exec.Cmd
	log    *logged
	client control.Client
	ended  chan struct{}
	// earlier is what monitors before it have logged. One that is killed may not have
	// noted that an event was told, and the next tells it again.
	earlier string
}

// logged is a log that is read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// documentFile is where the document of a world is.
const documentFile = "bondctl.hcl"

// watch starts a monitor with a document, and ends it with the test.
func (w *world) watch(text string, args ...string) *watch {
	w.t.Helper()
	w.write(documentFile, text)
	return w.watchAgain(args...)
}

// watchAgain starts a monitor with the document that is there.
func (w *world) watchAgain(args ...string) *watch {
	w.t.Helper()
	return w.watchBy(w.bondctl(append([]string{"monitor", "--state-dir", w.path("state")}, args...)...))
}

// watchBy starts a command that is a monitor.
func (w *world) watchBy(cmd *exec.Cmd) *watch {
	w.t.Helper()
	m := &watch{t: w.t, w: w, cmd: cmd, log: &logged{}, client: control.Client{Path: w.path("run/" + control.Socket)}, ended: make(chan struct{})}
	m.cmd.Stderr = m.log
	require.NoError(w.t, w.h.Start(m.cmd))
	go func() {
		defer close(m.ended)
		_ = m.cmd.Wait()
	}()
	for _, before := range w.watches {
		m.earlier += before.log.String()
	}
	w.watches = append(w.watches, m)
	w.t.Cleanup(func() {
		m.kill()
		if w.t.Failed() {
			w.t.Log(m.log.String())
		}
	})
	return m
}

// bondctl is the program with the document of the world, on its host.
func (w *world) bondctl(args ...string) *exec.Cmd {
	cmd := exec.Command(program, append(args, "-c", w.path(documentFile), "--run-dir", w.path("run"))...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+w.s.authority)
	return cmd
}

// signal sends the monitor a signal.
func (m *watch) signal(s syscall.Signal) {
	m.t.Helper()
	require.NoError(m.t, m.cmd.Process.Signal(s))
}

// kill kills it, and waits until it is gone.
func (m *watch) kill() {
	_ = m.cmd.Process.Kill() // it may have ended
	<-m.ended
}

// stop asks it to end, and waits for that.
func (m *watch) stop() {
	m.t.Helper()
	m.signal(unix.SIGTERM)
	<-m.ended
	require.Zero(m.t, m.cmd.ProcessState.ExitCode(), m.log)
}

// status is what it tells, nil where it does not answer.
func (m *watch) status() *control.Snapshot {
	s, err := m.client.Snapshot(context.Background())
	if err != nil {
		return nil
	}
	return s
}

// awaits waits until it tells something.
func (m *watch) awaits(what string, told func(*control.Snapshot) bool) {
	m.t.Helper()
	await(m.t, what, func() bool {
		select {
		case <-m.ended:
			require.Fail(m.t, "the monitor has ended")
		default:
		}
		s := m.status()
		return s != nil && told(s)
	})
}

// carries waits until a route carries the traffic of the first fallback.
func (m *watch) carries(w way) {
	m.t.Helper()
	m.awaits(w.name+" carries", func(s *control.Snapshot) bool { return s.Fallbacks[0].Active == w.name })
}

// is waits until a route of the first fallback has a status.
func (m *watch) is(w way, status monitor.Status) {
	m.t.Helper()
	m.awaits(w.name+" is "+string(status), func(s *control.Snapshot) bool { return find(s, w).Status == status })
}

// settles waits until a route carries and all of them are good, so that a fault that
// follows is the only one.
func (m *watch) settles(carrying way, good ...way) {
	m.t.Helper()
	m.carries(carrying)
	for _, w := range append(good, carrying) {
		m.is(w, monitor.Good)
	}
}

// find is what is told of a route of the first fallback.
func find(s *control.Snapshot, w way) control.Route {
	i := slices.IndexFunc(s.Fallbacks[0].Routes, func(r control.Route) bool { return r.Route == w.name })
	if i < 0 {
		return control.Route{}
	}
	return s.Fallbacks[0].Routes[i]
}

// told lists the events in the log, in the order in which they happened, as "EVENT ROUTE".
// Those that are named are left out, and one that is told several times is one.
func (m *watch) told(except ...string) []string {
	type event struct {
		sequence int
		text     string
	}
	var all []event
	for line := range strings.Lines(m.log.String()) {
		name, sequence := attribute(line, "event"), attribute(line, "sequence")
		if name == "" || sequence == "" || slices.Contains(except, name) || strings.Contains(m.earlier, " id="+attribute(line, "id")+" ") {
			continue
		}
		n, err := strconv.Atoi(sequence)
		require.NoError(m.t, err)
		if e := (event{n, strings.TrimSpace(name + " " + attribute(line, "route"))}); !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return cmp.Compare(a.sequence, b.sequence) })
	var texts []string
	for _, e := range all {
		texts = append(texts, e.text)
	}
	return texts
}

// awaitsTold waits until these events have happened, in this order, and no others.
func (m *watch) awaitsTold(stories ...[]string) {
	m.t.Helper()
	want := slices.Concat(stories...)
	await(m.t, "events", func() bool { return len(m.told(quiet...)) >= len(want) })
	require.Equal(m.t, want, m.told(quiet...))
}

// quiet are the events that come as often as it happens that a check is made or missed.
var quiet = []string{"checked", "suspect"}

func attribute(line, name string) string {
	found := regexp.MustCompile(`(?:^| )` + name + `=("[^"]*"|\S*)`).FindStringSubmatch(line)
	if found == nil {
		return ""
	}
	return strings.Trim(found[1], `"`)
}

// events has a handler write the events that are named into a file of the world.
func (w *world) events(file string, names ...string) string {
	script := writeFile(w.t, "handler", "#!/bin/sh\necho \"$BONDCTL_EVENT $BONDCTL_ROUTE\" >> "+w.path(file)+"\n")
	require.NoError(w.t, os.Chmod(script, 0o700))
	return "    handler \"exec\" {\n      command = [\"" + filepath.Clean(script) + "\"]\n      events  = [\"" + strings.Join(names, "\", \"") + "\"]\n    }\n"
}
