package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// socketMode lets only the monitor's own user connect, and root.
const socketMode = 0o600

// Monitor is the running monitor as those who ask see it.
type Monitor interface {
	Snapshot(context.Context) (*Snapshot, error)
	// Switch has traffic go over a route of a fallback, or without one where the
	// monitor would choose.
	Switch(ctx context.Context, fallback, route string) error
	// Reload reads the document again. An [InvalidError] leaves all as it was.
	Reload(context.Context) error
}

// Server answers requests.
type Server struct {
	listener *net.UnixListener
	monitor  Monitor
	log      *slog.Logger
}

// Listen opens the socket. A socket that a dead process has left there is taken over:
// the caller holds the lock that says that there is no other monitor.
func Listen(path string, m Monitor, log *slog.Logger) (*Server, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing the socket that another monitor has left: %w", err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(path, socketMode); err != nil { // until now the peer check alone keeps others out
		_ = listener.Close() // nobody was answered
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	return &Server{listener: listener, monitor: m, log: log}, nil
}

// Serve answers until the context ends, and takes the socket away.
func (s *Server) Serve(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { _ = s.listener.Close() }) // Accept tells
	defer stop()
	var serving sync.WaitGroup
	defer serving.Wait()
	seats := make(chan struct{}, mostAtOnce)
	for {
		seats <- struct{}{}
		conn, err := s.listener.AcceptUnix()
		if err != nil {
			<-seats
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			s.log.Warn("a connection to the control socket was lost", "err", err)
			pause(ctx) // out of file descriptors, perhaps
			continue
		}
		serving.Go(func() {
			defer func() { <-seats }()
			s.serve(ctx, conn)
		})
	}
}

// pause lets what is short come back.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
}

// serve answers one connection.
func (s *Server) serve(ctx context.Context, conn *net.UnixConn) {
	defer func() { _ = conn.Close() }() // all was said
	if err := mayAsk(conn); err != nil {
		s.log.Warn("a request was refused", "err", err)
		return
	}
	_ = conn.SetReadDeadline(time.Now().Add(listening)) // it has none only where it is closed
	reply := s.answer(ctx, conn)
	reply.FormatVersion = FormatVersion
	_ = conn.SetWriteDeadline(time.Now().Add(listening))
	if err := json.NewEncoder(conn).Encode(reply); err != nil {
		s.log.Debug("nobody has taken an answer", "err", err)
	}
}

// answer reads a request and does what it says.
func (s *Server) answer(ctx context.Context, conn io.Reader) answer {
	asked, err := readRequest(conn)
	if err != nil {
		return answer{Error: err.Error()}
	}
	ctx, done := context.WithTimeout(ctx, working)
	defer done()
	if err := s.carryOut(ctx, asked); err != nil {
		_, invalid := errors.AsType[*InvalidError](err)
		return answer{Error: err.Error(), Invalid: invalid}
	}
	snapshot, err := s.monitor.Snapshot(ctx)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Snapshot: snapshot}
}

func (s *Server) carryOut(ctx context.Context, asked request) error {
	switch asked.Request {
	case askSnapshot:
		return nil
	case askSwitch:
		return s.monitor.Switch(ctx, asked.Fallback, asked.Route)
	case askReload:
		return s.monitor.Reload(ctx)
	}
	return fmt.Errorf("this version of bondctl knows no request %q", asked.Request)
}

func readRequest(r io.Reader) (request, error) {
	line, err := bufio.NewReader(io.LimitReader(r, longestRequest)).ReadBytes('\n')
	if err != nil && len(line) == longestRequest {
		return request{}, fmt.Errorf("a request has at most %d bytes", longestRequest)
	}
	if err != nil {
		return request{}, fmt.Errorf("the request did not arrive whole: %w", err)
	}
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return request{}, fmt.Errorf("the request is no JSON of the kind that is known here: %w", err)
	}
	return asked, checkVersion(asked.FormatVersion)
}

// checkVersion refuses what is of another kind.
func checkVersion(version string) error {
	if !strings.HasPrefix(version, "1.") {
		return fmt.Errorf("the other side speaks the format %q, and this version of bondctl speaks %s: restart the monitor, so that both are of one version", version, FormatVersion)
	}
	return nil
}

// mayAsk refuses whoever is neither root nor the user that this process has.
func mayAsk(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	var failed error
	if err := raw.Control(func(fd uintptr) { peer, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return err
	}
	if failed != nil {
		return fmt.Errorf("asking who is at the other end: %w", failed)
	}
	if peer.Uid != 0 && int(peer.Uid) != os.Geteuid() {
		return fmt.Errorf("user %d, process %d, may not ask: only root may, and user %d", peer.Uid, peer.Pid, os.Geteuid())
	}
	return nil
}
