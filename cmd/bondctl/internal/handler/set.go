package handler

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/schema"
)

// What the queue is limited to where the caller does not say.
const (
	defaultMaxAge   = 24 * time.Hour
	defaultMaxBytes = 1 << 20
)

// lateAfter is from when on a delivery is late.
const lateAfter = 30 * time.Second

// Config is what Open needs to know.
type Config struct {
	// Root is the target root: "/". Dir is the directory of the queue, seen from it: "/var/lib/bondctl/monitor".
	// It is made where it is missing.
	Root, Dir string
	// Host is put into each event.
	Host string
	// Clock is nil for that of the machine.
	Clock checkpoint.Clock
	// Way leads to webhooks' servers; nil for the way that the routes lead.
	Way Way
	// Log is written to by handlers of the kind log; nil for nowhere.
	Log *slog.Logger
	// OpenChip opens GPIO chips; nil for those of this machine.
	OpenChip func(name string) (Chip, error)
	// Report takes what somebody should know. It is called by several goroutines,
	// that of Tell among them, and returns at once; nil for nobody.
	Report func(Report)
	// MaxAge is how old an event may be when it is handed over, and MaxBytes how much
	// of them is kept; 0 for a day and a mebibyte.
	MaxAge   time.Duration
	MaxBytes int
	// Untold are events that an earlier process has completed, and may have told or not. Those that its
	// queue does not know are taken for told.
	Untold []Event
	// Point is called before and after everything that must be on disk, so that a
	// test can end the process there; nil outside of tests.
	Point func(name string)
}

// Set is the handlers of a document with the queue of what they are still to be
// told. Its methods may be called at the same time.
type Set struct {
	config Config
	disk   *disk
	memory memory
	stop   context.CancelFunc
	work   sync.WaitGroup
	kept   chan struct{}
	// changed has something in it when there may be something to save, and moved
	// when an event has ended.
	changed, moved chan struct{}

	mu    sync.Mutex
	ctx   context.Context //nolint:containedctx // that of workers, which a reload starts too
	lanes []*lane
	// next is the sequence number of the next event that is completed, told that after the last which was told,
	// and saved that after the last of which the disk has what there is to keep.
	next, told, saved uint64
	bytes             int
	// woken is closed when a path has come up, and replaced.
	woken chan struct{}
	// unsaved are lines that the keeper has not taken yet; whole is set where it
	// shall write everything instead. changes counts what is not on disk, and
	// failure is why.
	unsaved []byte
	whole   bool
	changes int
	failure error
}

// Open reads the queue and begins to hand its events over. It fails where the description has what this version
// cannot do. Where the disk does, that is reported, and the queue lives in memory.
func Open(fallbacks []*schema.Fallback, config Config) (*Set, error) {
	return open(config, func(s *Set) ([]*lane, error) { return lanesOf(fallbacks, s.options) })
}

func open(config Config, lanes func(*Set) ([]*lane, error)) (*Set, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	d, err := openDisk(config)
	if err != nil {
		return nil, err
	}
	s := &Set{
		config: config, disk: d, memory: memory{disk: d, files: map[string][]byte{}}, whole: true,
		kept: make(chan struct{}), changed: make(chan struct{}, 1), moved: make(chan struct{}, 1), woken: make(chan struct{}),
	}
	if s.lanes, err = lanes(s); err != nil {
		return nil, errors.Join(err, d.close())
	}
	reports := s.restore()
	s.start()
	s.report(reports...)
	return s, nil
}

func (c *Config) complete() (err error) {
	if c.Clock == nil {
		c.Clock, err = checkpoint.MachineClock()
	}
	if c.Way == nil {
		c.Way = &Routes{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.OpenChip == nil {
		c.OpenChip = OpenDevice
	}
	if c.MaxAge == 0 {
		c.MaxAge = defaultMaxAge
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = defaultMaxBytes
	}
	return err
}

// options are those of the handler so named.
func (s *Set) options(name string) Options {
	c := s.config
	return Options{
		Clock: c.Clock, Way: c.Way, Log: c.Log, OpenChip: c.OpenChip, Keep: &s.memory,
		Tell: func(text string) { s.report(Report{Outcome: Noted, Handler: name, Text: text}) },
	}
}

func (s *Set) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.ctx, s.stop = ctx, stop
	for _, l := range s.lanes {
		s.startLane(l)
	}
	go s.keep()
	signal(s.changed)
}

func (s *Set) startLane(l *lane) {
	ctx, stop := context.WithCancel(s.ctx)
	l.stop = stop
	s.work.Go(func() { s.serve(ctx, l) })
}

func (s *Set) report(all ...Report) {
	if s.config.Report == nil {
		return
	}
	for _, r := range all {
		s.config.Report(r)
	}
}

// Complete completes an event, so that it can be kept before it is told; false where no handler wants it.
func (s *Set) Complete(e Event) (Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.lanes, func(l *lane) bool { return l.wants(e) }) {
		return e, false
	}
	e.Sequence = s.next
	s.next++
	e.Host = s.config.Host
	e.Reason = shortened(e.Reason)
	e.Up, e.Down = append([]string{}, e.Up...), append([]string{}, e.Down...) // never null in JSON
	e.ID = rand.Text()
	if e.At.IsZero() {
		e.At = Now(s.config.Clock)
	}
	return e, true
}

// Tell has every handler told that wants to be of an event that was completed, and returns at once. Events are told in
// the order in which they were completed. What is told after Close is lost.
func (s *Set) Tell(e Event) {
	s.mu.Lock()
	s.told = e.Sequence + 1
	var reports []Report
	for _, l := range s.lanes {
		if l.wants(e) {
			reports = append(reports, s.add(l, e)...)
		}
	}
	reports = append(reports, s.trim()...)
	s.mu.Unlock()
	signal(s.changed)
	s.report(reports...)
}

// Saved gives the sequence number after that of the last event that will be told whatever end the process takes:
// those before it are in the queue on disk, or have been told.
func (s *Set) Saved() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saved
}

// add puts an event at the end of a lane. The line of what stands for others comes before those that end them: a
// process that is killed in between hands over one too many, and none too few.
func (s *Set) add(l *lane, e Event) []Report {
	var reports []Report
	var ended []Event
	if l.handler.lastCounts {
		for len(l.waiting) > l.first() {
			ended = append(ended, s.takeOut(l, l.first()))
			reports = append(reports, Report{Outcome: Overtaken, Handler: l.name, Event: ended[len(ended)-1], Err: errOvertaken})
		}
		if l.busy {
			l.callOff(errOvertaken)
		}
	} else if i := l.replaceable(e); i >= 0 {
		ended = append(ended, s.takeOut(l, i))
		e = e.standingFor(ended[0])
		reports = append(reports, Report{Outcome: Coalesced, Handler: l.name, Event: ended[0]})
	}
	s.putIn(l, e)
	for _, old := range ended {
		s.recordEnd(l, old)
	}
	for _, r := range reports {
		l.counts.add(r)
	}
	l.nudge()
	return reports
}

// errOvertaken is that a newer instruction came before this one was done.
var errOvertaken = errors.New("a newer instruction has come")

func (s *Set) putIn(l *lane, e Event) {
	added := entry{event: e}
	if e.Lasting() {
		line := record{For: l.name, Event: &e}.line()
		added.size = len(line)
		s.record(line)
	}
	l.waiting = append(l.waiting, added)
	s.bytes += added.size
}

func (s *Set) takeOut(l *lane, i int) Event {
	removed := l.remove(i)
	s.bytes -= removed.size
	s.passOn(l)
	return removed.event
}

func (s *Set) recordEnd(l *lane, e Event) {
	if e.Lasting() {
		s.record(record{For: l.name, Done: e.Sequence}.line())
	}
}

// trim drops the oldest events until those that are left have room.
func (s *Set) trim() []Report {
	var reports []Report
	for s.bytes > s.config.MaxBytes {
		l := s.oldest()
		if l == nil {
			break // each is under way
		}
		e := s.takeOut(l, l.first())
		s.recordEnd(l, e)
		r := Report{Outcome: Dropped, Handler: l.name, Event: e, Err: fmt.Errorf("more than %d bytes wait", s.config.MaxBytes)}
		l.counts.add(r)
		reports = append(reports, r)
	}
	return reports
}

// oldest gives the lane with the oldest event that is not under way.
func (s *Set) oldest() *lane {
	var found *lane
	for _, l := range s.lanes {
		if i := l.first(); i < len(l.waiting) &&
			(found == nil || l.waiting[i].event.Sequence < found.waiting[found.first()].event.Sequence) {
			found = l
		}
	}
	return found
}

// Wake has what waits for its next try be tried now: a path has come up, or another one has the traffic.
func (s *Set) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.woken)
	s.woken = make(chan struct{})
}

// Reload takes up the handlers of another document. What waits for a handler that is still there, by its place, is
// told by the new one; what is under way goes on as it began.
func (s *Set) Reload(fallbacks []*schema.Fallback) error {
	fresh, err := lanesOf(fallbacks, s.options)
	if err != nil {
		return err
	}
	s.mu.Lock()
	var reports []Report
	for _, old := range s.lanes {
		if find(fresh, old.name) == nil {
			reports = append(reports, s.abandon(old, nil)...)
			old.gone = true
			old.stop()
		}
	}
	for i, l := range fresh {
		if old := find(s.lanes, l.name); old != nil {
			reports = append(reports, s.abandon(old, l.handler)...)
			old.handler = l.handler
			fresh[i] = old
		} else {
			s.startLane(l)
		}
	}
	s.lanes = fresh
	s.mu.Unlock()
	signal(s.changed)
	s.report(reports...)
	return nil
}

// errNoHandler is why events are dropped that no handler of the document wants any more.
var errNoHandler = errors.New("the document has no such handler any more")

// abandon drops what the handler that comes next in a lane does not want: all, where there is none.
func (s *Set) abandon(l *lane, next *Handler) []Report {
	var reports []Report
	first := l.first()
	if next == nil {
		first = 0
	}
	for i := len(l.waiting) - 1; i >= first; i-- {
		if next == nil || !next.Wants(l.waiting[i].event.Name) {
			e := s.takeOut(l, i)
			s.recordEnd(l, e)
			reports = append(reports, Report{Outcome: Dropped, Handler: l.name, Event: e, Err: errNoHandler})
		}
	}
	slices.Reverse(reports)
	return reports
}

// Close waits until every event is handed over or the context ends, and saves what is left for the next time. What is
// under way then is called off; a modem that is being switched is waited for. The error says why something could not
// be saved. It is called once.
func (s *Set) Close(ctx context.Context) error {
	for s.busy() && ctx.Err() == nil {
		select {
		case <-s.moved:
		case <-ctx.Done():
		}
	}
	s.stop()
	s.work.Wait()
	signal(s.changed)
	select {
	case <-s.kept:
	case <-time.After(savedWithin):
		return fmt.Errorf("the disk did not take the queue within %s", savedWithin)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.failure, s.disk.close())
}

func (s *Set) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lanes {
		if len(l.waiting) > 0 {
			return true
		}
	}
	return false
}
