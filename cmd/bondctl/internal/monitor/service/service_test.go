package service

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/schema"
)

// loop is one that a test leads.
type loop struct {
	mu        sync.Mutex
	standings []monitor.Standing
	hangs     bool
	switched  []string
	reloaded  []*schema.Document
	refuses   error
	left      bool
}

func (l *loop) Run(ctx context.Context) error {
	<-ctx.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = true
	return nil
}

func (l *loop) Standings(ctx context.Context) ([]monitor.Standing, error) {
	l.mu.Lock()
	hangs, standings := l.hangs, l.standings
	l.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return standings, nil
}

func (*loop) Degraded() []string { return []string{"the state is not saved"} }

func (l *loop) Switch(_ context.Context, fallback, route string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.switched = append(l.switched, fallback+"/"+route)
	return nil
}

func (l *loop) Reload(_ context.Context, doc *schema.Document) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuses == nil {
		l.reloaded = append(l.reloaded, doc)
	}
	return l.refuses
}

func (l *loop) hang(hangs bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangs = hangs
}

// over is a standing in which a route carries.
func over(route string) []monitor.Standing {
	return []monitor.Standing{{Settings: monitor.Settings{Fallback: "internet", Family: schema.IPv4}, State: monitor.State{Active: route}}}
}

// stopped is a clock that stands still.
type stopped struct{ checkpoint.Instant }

func (c stopped) Now() checkpoint.Instant { return c.Instant }

var now = checkpoint.Instant{Boot: time.Hour, BootID: "8e3f", Wall: time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)}

// newService is one of a loop, with its log.
func newService(l *loop) (*Service, *bytes.Buffer) {
	var said bytes.Buffer
	return New(l, Config{
		About: control.About{PID: 7, Document: "bond.hcl"}, Clock: stopped{now},
		Read:     func() (*schema.Document, error) { return &schema.Document{}, nil },
		Queue:    func() control.Queue { return control.Queue{Handlers: []control.Handler{}} },
		Degraded: func() []string { return []string{"the queue is not saved"} },
		Log:      slog.New(slog.NewTextHandler(&said, nil)),
	}), &said
}

// systemd is a socket at which it listens.
type systemd struct {
	t    *testing.T
	conn *net.UnixConn
}

func newSystemd(t *testing.T, watchdog time.Duration) *systemd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	if watchdog > 0 {
		t.Setenv("WATCHDOG_USEC", strconv.FormatInt(watchdog.Microseconds(), 10))
		t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	}
	return &systemd{t, conn}
}

// hears gives what it is told next but for signs of life.
func (s *systemd) hears() string {
	s.t.Helper()
	for {
		if text := s.next(time.Minute); text != "WATCHDOG=1" {
			return text
		}
	}
}

// next is empty where nothing comes in time.
func (s *systemd) next(within time.Duration) string {
	s.t.Helper()
	require.NoError(s.t, s.conn.SetReadDeadline(time.Now().Add(within)))
	text := make([]byte, 4096)
	n, err := s.conn.Read(text)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ""
	}
	require.NoError(s.t, err)
	return string(text[:n])
}

func TestSystemdIsToldOfALife(t *testing.T) {
	heard := newSystemd(t, 20*time.Millisecond)
	l := &loop{standings: over("fiber"), hangs: true}
	s, _ := newService(l)
	signals, ended := make(chan os.Signal), make(chan error)
	go func() { ended <- s.Run(t.Context(), signals) }()

	assert.Empty(t, heard.next(100*time.Millisecond), "nothing is ready before the loop answers")
	l.hang(false)
	assert.Equal(t, "READY=1", heard.hears())
	assert.Equal(t, "STATUS=internet (ipv4) over fiber", heard.hears())
	assert.Equal(t, "WATCHDOG=1", heard.next(time.Minute))

	signals <- syscall.SIGHUP
	assert.Regexp(t, `^MONOTONIC_USEC=\d+\nRELOADING=1$`, heard.hears())
	assert.Equal(t, "READY=1", heard.hears())

	signals <- syscall.SIGPIPE
	signals <- syscall.SIGTERM
	assert.Equal(t, "STOPPING=1", heard.hears())
	require.NoError(t, <-ended)
	assert.True(t, l.left)
	assert.Len(t, l.reloaded, 1)
}

// A loop that hangs gives no sign of life.
func TestTheWatchdogBites(t *testing.T) {
	heard := newSystemd(t, 20*time.Millisecond)
	l := &loop{standings: over("fiber")}
	s, said := newService(l)
	signals, ended := make(chan os.Signal), make(chan error)
	go func() { ended <- s.Run(t.Context(), signals) }()
	assert.Equal(t, "READY=1", heard.hears())
	l.hang(true)
	require.Eventually(t, func() bool { return heard.next(200*time.Millisecond) == "" }, time.Minute, time.Millisecond)
	signals <- os.Interrupt
	require.NoError(t, <-ended)
	assert.Contains(t, said.String(), "the loop has not answered")
}

func TestWithoutSystemd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newService(&loop{})
		signals := make(chan os.Signal, 1)
		go func() {
			time.Sleep(time.Minute)
			signals <- syscall.SIGTERM
		}()
		require.NoError(t, s.Run(t.Context(), signals))
	})
}

func TestALoopThatFailsEndsTheService(t *testing.T) {
	broken := errors.New("the kernel is gone")
	s, _ := newService(&loop{})
	s.loop = failing{&loop{}, broken}
	assert.ErrorIs(t, s.Run(t.Context(), nil), broken)
}

type failing struct {
	*loop
	err error
}

func (f failing) Run(context.Context) error { return f.err }

func TestWhatSnapshotsSay(t *testing.T) {
	l := &loop{standings: over("fiber")}
	s, _ := newService(l)
	require.NoError(t, s.Reload(t.Context()))
	got, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	assert.Equal(t, control.About{PID: 7, Document: "bond.hcl", Loaded: now.Wall}, got.About)
	assert.Equal(t, []string{"the state is not saved", "the queue is not saved"}, got.Degraded)
	assert.Equal(t, "fiber", got.Fallbacks[0].Active)

	l.hang(true)
	ctx, done := context.WithTimeout(t.Context(), time.Millisecond)
	defer done()
	_, err = s.Snapshot(ctx)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestASwitchGoesToTheLoop(t *testing.T) {
	l := &loop{}
	s, _ := newService(l)
	require.NoError(t, s.Switch(t.Context(), "internet", "lte"))
	assert.Equal(t, []string{"internet/lte"}, l.switched)
}

// What is not taken up changes nothing, and is told to who asked and to the log.
func TestAReloadThatIsRefused(t *testing.T) {
	heard := newSystemd(t, 0)
	l := &loop{}
	s, said := newService(l)
	s.config.Read = func() (*schema.Document, error) {
		return nil, &control.InvalidError{Text: "bond.hcl:3:3: error: Unsupported argument\n\n  a snippet\n"}
	}
	err := s.Reload(t.Context())
	_, invalid := errors.AsType[*control.InvalidError](err)
	assert.True(t, invalid, "%v", err)
	assert.Empty(t, l.reloaded)
	assert.True(t, strings.HasPrefix(heard.hears(), "MONOTONIC_USEC="))
	assert.Equal(t, "READY=1", heard.hears(), "it is as ready as before")
	assert.Contains(t, said.String(), `err="bond.hcl:3:3: error: Unsupported argument ..."`)

	s.config.Read = func() (*schema.Document, error) { return &schema.Document{}, nil }
	l.refuses = errors.New("this version has no handler of the kind \"gpio\"")
	require.ErrorIs(t, s.Reload(t.Context()), l.refuses)
	got, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	assert.Zero(t, got.Loaded)
}

func TestSummaries(t *testing.T) {
	all := append(over("fiber"), over("lte")[0], over("")[0])
	all[1].State.AllDown = true
	assert.Equal(t, "internet (ipv4) over fiber; internet (ipv4) down, left with lte; internet (ipv4) not known yet", summary(all))
}
