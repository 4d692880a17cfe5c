package metrics

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// unixPrefix is that of an address that is the path of a socket.
const unixPrefix = "unix:"

// socketMode lets the group of the directory in, as that of a scraper.
const socketMode = 0o660

// Listen opens the address that metrics are served at: HOST:PORT, or unix:PATH for a
// socket. A host is insisted on, so that nobody serves the whole world unawares.
func Listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		return listenAt(path)
	}
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is no address to serve metrics at: give HOST:PORT, as 127.0.0.1:9873, or unix:PATH: %w", address, err)
	case host == "":
		return nil, fmt.Errorf("%q would serve metrics to everybody: write 127.0.0.1%[1]s for this host alone, or 0.0.0.0%[1]s or [::]%[1]s if you mean it", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("opening the address for metrics: %w", err)
	}
	return listener, nil
}

// listenAt opens a socket. One that a dead process has left is taken over.
func listenAt(path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.Mode()&fs.ModeSocket == 0:
		return nil, fmt.Errorf("%s is there and no socket: name another path for metrics", path)
	case err == nil:
		err = removeLeft(path)
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening the socket for metrics: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err == nil {
		err = os.Chmod(path, socketMode)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the socket for metrics: %w", err)
	}
	return listener, nil
}

// removeLeft removes a socket at which nobody listens any more.
func removeLeft(path string) error {
	if conn, err := net.Dial("unix", path); err == nil {
		_ = conn.Close() // nothing was said
		return errors.New("another program listens at " + path)
	}
	return os.Remove(path)
}

// The limits of those who ask.
const (
	mostAtOnce = 4
	requestIn  = 5 * time.Second
	answerIn   = 10 * time.Second
)

// Serve answers at /metrics until the context ends.
func (m *Metrics) Serve(ctx context.Context, listener net.Listener) error {
	collected := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: mostAtOnce, DisableCompression: true})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		m.look(r.Context())
		collected.ServeHTTP(w, r)
	})
	server := &http.Server{Handler: mux, ReadTimeout: requestIn, WriteTimeout: answerIn, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // Serve tells
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving metrics: %w", err)
	}
	return nil
}
