package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"syscall"
	"time"
)

// ErrNotRunning is a socket at which no monitor listens.
var ErrNotRunning = errors.New("no monitor is running: start it with systemctl start bondctl-monitor, or bondctl monitor")

// patience is how long an answer is waited for: a little longer than it may take.
const patience = working + 2*listening

// Client asks a running monitor.
type Client struct {
	// Path is that of the socket.
	Path string
}

// Snapshot asks how things stand.
func (c Client) Snapshot(ctx context.Context) (*Snapshot, error) {
	return c.ask(ctx, request{Request: askSnapshot})
}

// Switch has traffic go over a route, or without one where the monitor would choose,
// and tells how things stand then.
func (c Client) Switch(ctx context.Context, fallback, route string) (*Snapshot, error) {
	return c.ask(ctx, request{Request: askSwitch, Fallback: fallback, Route: route})
}

// Reload has the document read again, and tells how things stand then. A document that
// is not valid is an [InvalidError].
func (c Client) Reload(ctx context.Context) (*Snapshot, error) {
	return c.ask(ctx, request{Request: askReload})
}

// lookAgain is how often a monitor is asked while something is awaited.
const lookAgain = 250 * time.Millisecond

// Await asks again and again until a snapshot is as wanted, or the context ends: then
// it gives the last one.
func (c Client) Await(ctx context.Context, now *Snapshot, settled func(*Snapshot) bool) (*Snapshot, error) {
	for !settled(now) {
		select {
		case <-ctx.Done():
			return now, nil
		case <-time.After(lookAgain):
		}
		next, err := c.Snapshot(ctx)
		switch {
		case ended(ctx):
			return now, nil
		case err != nil:
			return nil, err
		}
		now = next
	}
	return now, nil
}

// lookSteadily is how often a monitor is asked by who watches it.
const lookSteadily = time.Second

// Watch shows one snapshot after another, until the context ends or one cannot be had
// or shown.
func (c Client) Watch(ctx context.Context, show func(*Snapshot) error) error {
	beat := time.NewTicker(lookSteadily)
	defer beat.Stop()
	for {
		s, err := c.Snapshot(ctx)
		if ended(ctx) {
			return nil
		}
		if err == nil {
			err = show(s)
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
		}
	}
}

func ended(ctx context.Context) bool { return ctx.Err() != nil }

func (c Client) ask(ctx context.Context, asked request) (*Snapshot, error) {
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", c.Path)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer func() { _ = conn.Close() }() // all was said
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	asked.FormatVersion = FormatVersion
	if err := json.NewEncoder(conn).Encode(asked); err != nil {
		return nil, fmt.Errorf("asking the monitor: %w", err)
	}
	var got answer
	if err := json.NewDecoder(io.LimitReader(conn, longestAnswer)).Decode(&got); err != nil {
		return nil, unanswered(ctx, err)
	}
	return got.outcome()
}

// unreachable says why nobody could be asked.
func (c Client) unreachable(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w (nobody listens at %s)", ErrNotRunning, c.Path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("only root and the user whom the monitor runs as may ask it: try sudo: %w", err)
	}
	return fmt.Errorf("asking the monitor: %w", err)
}

// unanswered says why no answer came.
func unanswered(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("the monitor did not answer: %w", context.Cause(ctx))
	case errors.Is(err, io.EOF):
		return errors.New("the monitor ended the connection without an answer: it does not take requests of this user, or it has just ended; its log says which")
	}
	return fmt.Errorf("reading the monitor's answer: %w", err)
}

// outcome is what the answer comes to.
func (a answer) outcome() (*Snapshot, error) {
	if err := checkVersion(a.FormatVersion); err != nil {
		return nil, err
	}
	switch {
	case a.Invalid:
		return nil, &InvalidError{Text: a.Error}
	case a.Error != "":
		return nil, &RefusedError{Text: a.Error}
	case a.Snapshot == nil:
		return nil, errors.New("the monitor's answer says nothing")
	}
	return a.Snapshot, nil
}
