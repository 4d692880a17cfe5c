package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/ailments"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/loop"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/metrics"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/service"
	"github.com/bondctl/bondctl/schema"
)

// watching is a monitor with all that is opened for it.
type watching struct {
	*app
	flags    watchFlags
	clock    checkpoint.Clock
	log      *slog.Logger
	ailments *ailments.List
	counts   *metrics.Metrics
	// described is the document that is watched now.
	described atomic.Pointer[schema.Document]
	loop      *loop.Loop
	handlers  *handler.Set
	// open are closed in the opposite order.
	open []func() error
}

// handedOverWithin is how long handlers have, when the monitor ends, to take what waits.
// The rest is kept for the next time.
const handedOverWithin = 5 * time.Second

// takenDownWithin is how long they have where routes are taken down, because the host
// gets its own back: less than systemd waits (TimeoutStopSec of bondctl-monitor.service).
const takenDownWithin = 20 * time.Second

// watchOver watches the fallbacks of a document until it is told to end.
func (a *app) watchOver(d *description, flags watchFlags) (err error) {
	w := &watching{app: a, flags: flags, clock: a.env.Clock, log: handler.NewLogger(a.env.Stderr), counts: metrics.New(thisVersion().Version)}
	w.ailments = ailments.New(w.log)
	defer func() { err = errors.Join(err, w.close()) }()
	ctx, stop := context.WithCancel(context.Background())
	w.opened(func() error { stop(); return nil })
	if err := w.openAll(ctx, d); err != nil {
		return err
	}
	s := service.New(w.loop, service.Config{
		About: w.about(d), Read: a.again, Queue: w.queue, Degraded: w.degraded, Clock: w.clock, Log: w.log,
	})
	if err := w.serve(ctx, s); err != nil {
		return err
	}
	if a.env.Settle != nil {
		a.env.Settle()
	}
	return s.Run(ctx, a.env.Signals())
}

// openAll opens what the loop works with, and makes the loop.
func (w *watching) openAll(ctx context.Context, d *description) (err error) {
	if w.clock == nil {
		if w.clock, err = checkpoint.MachineClock(); err != nil {
			return err
		}
	}
	if w.flags.stateDir, err = filepath.Abs(w.flags.stateDir); err != nil {
		return err
	}
	c, err := w.parts(ctx)
	if err != nil {
		return err
	}
	w.loop = loop.New(d.doc, c)
	return w.openHandlers(d.doc)
}

// opened has something closed when the monitor ends.
func (w *watching) opened(closing func() error) { w.open = append(w.open, closing) }

func (w *watching) close() error {
	var failed error
	for _, closing := range slices.Backward(w.open) {
		failed = errors.Join(failed, closing())
	}
	return failed
}

// openStore opens what keeps the state, and reads what an earlier monitor has left.
func (w *watching) openStore(c *loop.Config) error {
	store, err := loop.OpenStore("/", w.flags.stateDir, w.ailments.Of("the state is not saved"))
	if err != nil {
		return err
	}
	w.opened(store.Close)
	if c.Kept, err = store.Load(); err != nil {
		w.log.Warn(err.Error())
	}
	c.Keep = store.Keep
	return nil
}

// openHistory begins to record, if that is wanted.
func (w *watching) openHistory(c *loop.Config) error {
	if w.flags.history == "" {
		return nil
	}
	chronicle, err := loop.OpenChronicle(w.flags.history, w.ailments.Of("the history is not recorded"))
	if err != nil {
		return err
	}
	w.opened(chronicle.Close)
	c.Record = chronicle.Record
	return nil
}

func (w *watching) openHandlers(doc *schema.Document) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	w.handlers, err = handler.Open(doc.Fallbacks, handler.Config{
		Root: "/", Dir: w.flags.stateDir, Host: host, Clock: w.clock, Way: w.loop.Way(), Log: w.log, Report: w.report,
		Untold: w.loop.Kept.Untold,
	})
	if err != nil {
		return err
	}
	w.opened(func() error {
		ctx, done := context.WithTimeout(context.Background(), w.patience())
		defer done()
		return w.handlers.Close(ctx)
	})
	w.loop.Handlers = w.handlers
	return nil
}

// patience is how long handlers are waited for when the monitor ends.
func (w *watching) patience() time.Duration {
	if slices.ContainsFunc(w.described.Load().Fallbacks, (*schema.Fallback).Restores) {
		return takenDownWithin
	}
	return handedOverWithin
}

// report logs what came of an event. That every single check was told is no news.
func (w *watching) report(r handler.Report) {
	if r.Outcome == handler.Delivered && r.Event.Name == schema.EventChecked {
		return
	}
	level := slog.LevelWarn
	switch r.Outcome {
	case handler.Delivered, handler.Coalesced, handler.Overtaken:
		level = slog.LevelDebug
	case handler.Noted, handler.Saved:
		level = slog.LevelInfo
	case handler.Retrying, handler.Failed, handler.Expired, handler.Dropped, handler.Damaged, handler.Unsaved:
	}
	w.log.Log(context.Background(), level, r.String())
}

// serve opens the control socket and the address for metrics.
func (w *watching) serve(ctx context.Context, s *service.Service) error {
	var serving sync.WaitGroup
	w.opened(func() error { serving.Wait(); return nil })
	ctx, stop := context.WithCancel(ctx)
	w.opened(func() error { stop(); return nil })
	if w.flags.metrics != "" {
		listener, err := metrics.Listen(w.flags.metrics)
		if err != nil {
			return err
		}
		w.counts.Of(s)
		serving.Go(func() { w.serveMetrics(ctx, listener) })
	}
	server, err := control.Listen(filepath.Join(w.flags.runDir, control.Socket), s, w.log)
	if err != nil {
		return err
	}
	serving.Go(func() { server.Serve(ctx) })
	return nil
}

func (w *watching) serveMetrics(ctx context.Context, listener net.Listener) {
	if err := w.counts.Serve(ctx, listener); err != nil {
		w.ailments.Set("metrics are not served", err)
	}
}

func (w *watching) about(d *description) control.About {
	now := w.clock.Now().Wall
	return control.About{PID: w.env.PID, Version: thisVersion().Version, Since: now, Loaded: now, Document: d.doc.Name}
}

// queue is what handlers are still to be told.
func (w *watching) queue() control.Queue {
	status := w.handlers.Status()
	q := control.Queue{Handlers: make([]control.Handler, len(status.Handlers)), Unsaved: status.Unsaved}
	for i, h := range status.Handlers {
		q.Handlers[i] = control.Handler{Name: h.Name, Handler: h.Handler, Waiting: h.Events, Oldest: h.Oldest.Time, Attempts: h.Attempts, Ends: ends(h.Counts)}
	}
	return q
}

func ends(c handler.Counts) []control.End {
	return []control.End{
		{Outcome: "delivered", Events: c.Delivered},
		{Outcome: "late", Events: c.Late},
		{Outcome: "retried", Events: c.Retried},
		{Outcome: "failed", Events: c.Failed},
		{Outcome: "expired", Events: c.Expired},
		{Outcome: "overtaken", Events: c.Overtaken},
		{Outcome: "coalesced", Events: c.Coalesced},
		{Outcome: "dropped", Events: c.Dropped},
	}
}

// degraded is what does not work around the loop.
func (w *watching) degraded() []string {
	all := w.ailments.All()
	if failure := w.handlers.Status().Failure; failure != nil {
		all = append(all, fmt.Sprintf("events for handlers are not saved, and are lost when the monitor ends: %v", failure))
	}
	return all
}
