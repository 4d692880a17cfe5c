package handler

import (
	"context"
	"errors"
	"time"
)

// job is an event under way.
type job struct {
	lane    *lane
	handler *Handler
	event   Event
}

// serve hands the events of a lane over, one after the other.
func (s *Set) serve(ctx context.Context, l *lane) {
	for {
		j, jobCtx, ok := s.begin(ctx, l)
		if !ok {
			return
		}
		r, ended := s.handOver(jobCtx, j)
		s.end(j, r, ended)
		if ctx.Err() != nil {
			return
		}
	}
}

// begin waits for an event; false where the worker shall end.
func (s *Set) begin(ctx context.Context, l *lane) (job, context.Context, bool) {
	for {
		if j, jobCtx, ok := s.tryBegin(ctx, l); ok {
			return j, jobCtx, true
		}
		select {
		case <-l.ready:
		case <-ctx.Done():
			return job{}, nil, false
		}
	}
}

func (s *Set) tryBegin(ctx context.Context, l *lane) (job, context.Context, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.waiting) == 0 || ctx.Err() != nil || !s.hasTurn(l) {
		return job{}, nil, false
	}
	jobCtx, callOff := context.WithCancelCause(ctx)
	l.busy, l.attempt, l.callOff = true, 0, callOff
	return job{lane: l, handler: l.handler, event: l.waiting[0].event}, jobCtx, true
}

// end notes what came of an event; one that was called off because the process ends stays for the next time.
func (s *Set) end(j job, r Report, ended bool) {
	s.mu.Lock()
	l := j.lane
	l.callOff(nil)
	l.busy = false
	reported := ended && !l.gone
	if reported {
		s.recordEnd(l, s.takeOut(l, 0))
		l.counts.add(r)
	}
	s.mu.Unlock()
	if reported {
		signal(s.changed)
		s.report(r)
	}
	signal(s.moved)
}

// handOver offers an event until it is taken, given up or too old; false where it was called off.
func (s *Set) handOver(ctx context.Context, j job) (Report, bool) {
	r := Report{Handler: j.lane.name, Event: j.event}
	for {
		if j.handler.awaitsPath && s.config.Way.Await(ctx) != nil && ctx.Err() != nil {
			return s.calledOff(ctx, r)
		}
		woken := s.wakes() // before the try: a path may come up during it
		now := Now(s.config.Clock)
		age := j.event.At.until(now)
		if age > s.config.MaxAge {
			r.Outcome = Expired
			return r, true
		}
		r.Attempts++
		r.Late = age > lateAfter || j.event.At.BootID != now.BootID
		r.Err = j.handler.Deliver(ctx, Delivery{Event: j.event, Attempt: r.Attempts, Late: r.Late})
		switch {
		case r.Err == nil:
			r.Outcome = Delivered
			return r, true
		case ctx.Err() != nil:
			return s.calledOff(ctx, r)
		case r.Attempts > j.handler.retry.most:
			r.Outcome = Failed
			return r, true
		}
		if !s.waitForNext(ctx, j, r, woken) {
			return s.calledOff(ctx, r)
		}
	}
}

func (*Set) calledOff(ctx context.Context, r Report) (Report, bool) {
	if cause := context.Cause(ctx); errors.Is(cause, errOvertaken) {
		r.Outcome, r.Err = Overtaken, cause
		return r, true
	}
	return r, false
}

// waitForNext waits for the next try; false where there is none. A path that comes up ends the wait, unless the
// server has asked for it.
func (s *Set) waitForNext(ctx context.Context, j job, r Report, woken <-chan struct{}) bool {
	r.Outcome, r.Wait = Retrying, j.handler.retry.after(r.Attempts)
	s.noteTry(j.lane, r)
	if asked, ok := errors.AsType[*laterError](r.Err); ok && asked.after > 0 {
		r.Wait = max(r.Wait, asked.after)
		woken = nil
	}
	s.report(r)
	timer := time.NewTimer(r.Wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-woken:
		return true
	case <-ctx.Done():
		return false
	}
}

// noteTry counts a try that failed.
func (s *Set) noteTry(l *lane, r Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.attempt = r.Attempts
	l.counts.add(r)
}

// wakes gives what the next Wake closes.
func (s *Set) wakes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.woken
}
