// Package service runs a monitor as a service: it answers those who ask how things
// stand, reads the document again when it is told to, and keeps systemd informed
// (sd_notify(3)).
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/schema"
)

// Loop is what moves the routes.
type Loop interface {
	// Run watches until the context ends, and leaves as the document says.
	Run(context.Context) error
	// Standings tells how each fallback stands. The loop answers itself, so that an
	// answer is also a sign of life.
	Standings(context.Context) ([]monitor.Standing, error)
	// Degraded says what does not work now.
	Degraded() []string
	// Switch has traffic of a fallback go over a route, or without one where the loop
	// would choose.
	Switch(ctx context.Context, fallback, route string) error
	// Reload takes up another document.
	Reload(context.Context, *schema.Document) error
}

// Config is what a service needs to know.
type Config struct {
	// About is what snapshots say of the program. Loaded is kept up to date.
	About control.About
	// Read reads the document. What is wrong with it is a [control.InvalidError].
	Read func() (*schema.Document, error)
	// Queue tells what handlers are still to be told, and Degraded what does not work
	// around the loop.
	Queue    func() control.Queue
	Degraded func() []string
	Clock    checkpoint.Clock
	Log      *slog.Logger
}

// Service is a monitor that runs.
type Service struct {
	config Config
	loop   Loop
	notify notifier
	// reloading is held while the document is read again.
	reloading sync.Mutex

	mu    sync.Mutex
	about control.About
}

var _ control.Monitor = (*Service)(nil)

// New makes a service of a loop that does not run yet.
func New(loop Loop, c Config) *Service {
	return &Service{config: c, loop: loop, about: c.About, notify: notifier{log: c.Log}}
}

// Run runs the loop until the context ends or a signal ends it: SIGINT or SIGTERM.
// SIGHUP has the document read again.
func (s *Service) Run(ctx context.Context, signals <-chan os.Signal) error {
	ctx, stop := context.WithCancel(ctx)
	var others sync.WaitGroup
	defer others.Wait()
	defer stop()
	ended := make(chan error, 1)
	others.Go(func() { ended <- s.loop.Run(ctx) })
	others.Go(func() { s.attend(ctx) })
	for {
		select {
		case err := <-ended:
			return err
		case caught := <-signals:
			switch caught {
			case os.Interrupt, syscall.SIGTERM:
				s.config.Log.Info("ending", "signal", caught.String())
				s.notify.stopping()
				stop()
			case syscall.SIGHUP:
				others.Go(func() { s.hangUp(ctx) })
			}
		}
	}
}

// hangUp reads the document again; nobody but the log can be told what came of it.
func (s *Service) hangUp(ctx context.Context) {
	_ = s.Reload(ctx) // Reload logs it
}

// Snapshot implements [control.Monitor].
func (s *Service) Snapshot(ctx context.Context) (*control.Snapshot, error) {
	standings, err := s.loop.Standings(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the monitor's loop: %w", err)
	}
	s.mu.Lock()
	about := s.about
	s.mu.Unlock()
	return control.NewSnapshot(about, standings, append(s.loop.Degraded(), s.config.Degraded()...), s.config.Queue(), s.config.Clock.Now()), nil
}

// Switch implements [control.Monitor].
func (s *Service) Switch(ctx context.Context, fallback, route string) error {
	return s.loop.Switch(ctx, fallback, route)
}

// Reload implements [control.Monitor]. One at a time reads the document.
func (s *Service) Reload(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	s.notify.reloading()
	defer s.notify.ready()
	doc, err := s.config.Read()
	if err == nil {
		err = s.loop.Reload(ctx, doc)
	}
	if err != nil {
		s.config.Log.Error("the document was not taken up; all goes on as before", "err", firstLine(err))
		return err
	}
	s.mu.Lock()
	s.about.Loaded = s.config.Clock.Now().Wall
	s.mu.Unlock()
	s.config.Log.Info("the document was read again", "document", s.config.About.Document)
	return nil
}

// firstLine shortens an error to what fits in one line of a log. Diagnostics begin
// with their place and what is wrong.
func firstLine(err error) string {
	first, _, more := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	if more {
		return first + " ..."
	}
	return first
}

// heartbeat is how often the loop is asked for a sign of life where systemd has no
// shorter watchdog, so that its status line is no older.
const heartbeat = 5 * time.Second

// attend tells systemd that the monitor is ready once the loop has answered, and from
// then on that it is alive and what carries traffic. Where the loop hangs it says
// nothing, and systemd restarts the service (WatchdogSec= in systemd.service(5)).
func (s *Service) attend(ctx context.Context) {
	every := s.notify.every(heartbeat)
	beat := time.NewTicker(every)
	defer beat.Stop()
	tell := s.notify.ready
	for {
		if status, ok := s.signOfLife(ctx, every); ok {
			tell()
			tell = s.notify.alive
			s.notify.status(status)
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

// signOfLife asks the loop how things stand.
func (s *Service) signOfLife(ctx context.Context, within time.Duration) (string, bool) {
	asked, done := context.WithTimeout(ctx, within)
	defer done()
	standings, err := s.loop.Standings(asked)
	switch {
	case err == nil:
		return summary(standings), true
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		s.config.Log.Error("the loop has not answered", "within", within.String())
	}
	return "", false
}

// summary says in a line which routes carry traffic.
func summary(standings []monitor.Standing) string {
	all := make([]string, len(standings))
	for i := range standings {
		state := &standings[i].State
		how := "over " + state.Active
		switch {
		case state.Active == "":
			how = "not known yet"
		case state.AllDown:
			how = "down, left with " + state.Active
		}
		all[i] = fmt.Sprintf("%s (%s) %s", standings[i].Settings.Fallback, standings[i].Settings.Family, how)
	}
	return strings.Join(all, "; ")
}
