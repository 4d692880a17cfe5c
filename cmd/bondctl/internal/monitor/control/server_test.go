package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fake is a monitor of one route more than it has.
type fake struct {
	mu       sync.Mutex
	switched []string
	err      error
	snapshot Snapshot
}

func (f *fake) Snapshot(context.Context) (*Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.snapshot
	return &s, nil
}

func (f *fake) Switch(_ context.Context, fallback, route string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.switched = append(f.switched, fallback+"/"+route)
	}
	return f.err
}

func (f *fake) Reload(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// serving is a server at a socket that is gone with the test.
func serving(t *testing.T, m Monitor) Client {
	t.Helper()
	client, _ := loudly(t, m)
	return client
}

// loudly is serving with what the server has written to its log.
func loudly(t *testing.T, m Monitor) (Client, *lines) {
	t.Helper()
	path, said := filepath.Join(t.TempDir(), Socket), &lines{}
	s, err := Listen(path, m, slog.New(slog.NewTextHandler(said, nil)))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		<-done
		assert.NoFileExists(t, path, "the socket goes with the server")
	})
	return Client{Path: path}, said
}

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestASnapshotIsAskedFor(t *testing.T) {
	client := serving(t, &fake{snapshot: Snapshot{FormatVersion: FormatVersion, About: About{PID: 7, Document: "/etc/bondctl"}}})
	got, err := client.Snapshot(t.Context())
	require.NoError(t, err)
	assert.Equal(t, &Snapshot{FormatVersion: FormatVersion, About: About{PID: 7, Document: "/etc/bondctl"}}, got)
}

func TestASwitchIsAskedFor(t *testing.T) {
	m := &fake{}
	client := serving(t, m)
	_, err := client.Switch(t.Context(), "internet", "lte")
	require.NoError(t, err)
	_, err = client.Switch(t.Context(), "internet", "")
	require.NoError(t, err)
	assert.Equal(t, []string{"internet/lte", "internet/"}, m.switched)
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	m := &fake{err: errors.New("there is no fallback \"home\"")}
	client := serving(t, m)
	_, err := client.Switch(t.Context(), "home", "")
	refused, ok := errors.AsType[*RefusedError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, `there is no fallback "home"`, refused.Error())

	m.err = &InvalidError{Text: "bond.hcl is not valid"}
	_, err = client.Reload(t.Context())
	invalid, ok := errors.AsType[*InvalidError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "bond.hcl is not valid", invalid.Error())
}

func TestWhatIsNoRequestIsRefused(t *testing.T) {
	client := serving(t, &fake{})
	cases := map[string]struct{ sent, said string }{
		"no JSON":         {"hello\n", "no JSON of the kind that is known here"},
		"of another kind": {`{"format_version":"2.0","request":"snapshot"}` + "\n", `the other side speaks the format "2.0"`},
		"unknown":         {`{"format_version":"1.0","request":"dance"}` + "\n", `no request "dance"`},
		"too long":        {strings.Repeat("x", longestRequest), "at most 65536 bytes"},
		"not whole":       {`{"format_version"`, "did not arrive whole"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: client.Path, Net: "unix"})
			require.NoError(t, err)
			defer func() { _ = conn.Close() }()
			_, err = io.WriteString(conn, c.sent)
			require.NoError(t, err)
			require.NoError(t, conn.CloseWrite())
			var got answer
			require.NoError(t, json.NewDecoder(conn).Decode(&got))
			assert.Equal(t, FormatVersion, got.FormatVersion)
			assert.Contains(t, got.Error, c.said)
		})
	}
}

// One that says nothing does not keep others from asking.
func TestASilentClientIsNotWaitedFor(t *testing.T) {
	client := serving(t, &fake{})
	for range mostAtOnce - 1 {
		conn, err := net.Dial("unix", client.Path)
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
	}
	_, err := client.Snapshot(t.Context())
	assert.NoError(t, err)
}

func TestTheSocketIsItsOwnersAlone(t *testing.T) {
	client := serving(t, &fake{})
	info, err := os.Stat(client.Path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// Even where the mode of the socket lets them in, others are refused.
func TestSomebodyElseIsRefused(t *testing.T) {
	if os.Getuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "becomes another user: run the tests as root")
		t.Skip("becomes another user: run the tests as root")
	}
	client, said := loudly(t, &fake{})
	for _, dir := range []string{filepath.Dir(client.Path), filepath.Dir(filepath.Dir(client.Path))} {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	err := asNobody(t, client)
	require.ErrorContains(t, err, "only root and the user whom the monitor runs as may ask it")
	require.NoError(t, os.Chmod(client.Path, 0o666))
	err = asNobody(t, client)
	require.ErrorContains(t, err, "without an answer")
	assert.Contains(t, said.String(), "user 65534, process ")
}

// asNobody asks from a thread that is another user's and ends with its goroutine.
func asNobody(t *testing.T, client Client) error {
	t.Helper()
	failed := make(chan error)
	go func() {
		runtime.LockOSThread()
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			failed <- errno
			return
		}
		conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: client.Path, Net: "unix"})
		if err != nil {
			failed <- client.unreachable(err)
			return
		}
		defer func() { _ = conn.Close() }()
		failed <- unanswered(t.Context(), json.NewDecoder(conn).Decode(new(answer)))
	}()
	return <-failed
}

func TestNobodyListens(t *testing.T) {
	path := filepath.Join(t.TempDir(), Socket)
	_, err := Client{Path: path}.Snapshot(t.Context())
	require.ErrorIs(t, err, ErrNotRunning)
	require.ErrorContains(t, err, "systemctl start bondctl-monitor")

	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	left.SetUnlinkOnClose(false)
	require.NoError(t, left.Close())
	_, err = Client{Path: path}.Snapshot(t.Context())
	require.ErrorIs(t, err, ErrNotRunning, "a process that was killed leaves its socket")

	s, err := Listen(path, &fake{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err, "which the next one takes over")
	require.NoError(t, s.listener.Close())
}

func TestAMonitorThatHangsIsNotWaitedForEver(t *testing.T) {
	path := filepath.Join(t.TempDir(), Socket)
	deaf, err := net.Listen("unix", path)
	require.NoError(t, err)
	defer func() { _ = deaf.Close() }()
	ctx, done := context.WithTimeout(t.Context(), 500*time.Millisecond) // to connect and to ask takes an instant
	defer done()
	_, err = Client{Path: path}.Snapshot(ctx)
	assert.ErrorContains(t, err, "the monitor did not answer")
}

func TestAwaiting(t *testing.T) {
	m := &fake{}
	client := serving(t, m)
	asked := 0
	got, err := client.Await(t.Context(), &Snapshot{}, func(s *Snapshot) bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.snapshot.PID++
		asked++
		return s.PID == 2
	})
	require.NoError(t, err)
	assert.Equal(t, 2, got.PID)
	assert.Equal(t, 3, asked)

	ctx, done := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer done()
	got, err = client.Await(ctx, &Snapshot{About: About{PID: 5}}, func(*Snapshot) bool { return false })
	require.NoError(t, err)
	assert.Equal(t, 5, got.PID, "the last one that was seen")
}

func TestWatching(t *testing.T) {
	client := serving(t, &fake{snapshot: Snapshot{About: About{PID: 7}}})
	ctx, stop := context.WithCancel(t.Context())
	shown := 0
	require.NoError(t, client.Watch(ctx, func(s *Snapshot) error {
		assert.Equal(t, 7, s.PID)
		if shown++; shown == 2 {
			stop()
		}
		return nil
	}))
	assert.Equal(t, 2, shown)

	closed := errors.New("nobody reads")
	require.ErrorIs(t, client.Watch(t.Context(), func(*Snapshot) error { return closed }), closed)
	gone := Client{Path: client.Path + ".gone"}
	require.ErrorIs(t, gone.Watch(t.Context(), func(*Snapshot) error { return nil }), ErrNotRunning)
}
