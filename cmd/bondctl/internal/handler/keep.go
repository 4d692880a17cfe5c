package handler

import (
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	// againAfter is the time between two tries to save the queue.
	againAfter = 5 * time.Second
	// savedWithin is how long the end of the process waits for the disk.
	savedWithin = 5 * time.Second
)

// restore takes up what the queue's file says, and what an earlier process could not say there any more.
func (s *Set) restore() []Report {
	s.next = 1
	content, err := s.disk.Load(queueFile)
	var found backlog
	if err == nil {
		found, err = readBacklog(content)
	}
	if err != nil { // whatever it is, it must not be replaced
		s.disk.closed = err
		found = backlog{next: 1}
	}
	s.next, s.told, s.saved = found.next, found.next, found.next
	var reports []Report
	for _, damage := range found.damaged {
		reports = append(reports, Report{Outcome: Damaged, Err: damage})
	}
	now := Now(s.config.Clock)
	for _, w := range append(found.waiting, s.untold(found.next)...) {
		reports = append(reports, s.restoreOne(w, now)...)
	}
	return append(reports, s.trim()...)
}

// untold gives what is to be told of the events of an earlier process that its queue does not know.
func (s *Set) untold(next uint64) []waiting {
	var all []waiting
	for _, e := range s.config.Untold {
		if e.Sequence < next {
			continue
		}
		s.next = max(s.next, e.Sequence+1)
		s.told = s.next
		for _, l := range s.lanes {
			if l.wants(e) {
				all = append(all, waiting{l.name, e})
			}
		}
	}
	return all
}

func (s *Set) restoreOne(w waiting, now Moment) []Report {
	l := find(s.lanes, w.For)
	switch {
	case l == nil || !l.handler.Wants(w.Event.Name):
		return []Report{{Outcome: Dropped, Handler: w.For, Event: w.Event, Err: errNoHandler}}
	case l.handler.acts && w.Event.instructs() && w.Event.At.BootID != now.BootID:
		r := Report{Outcome: Overtaken, Handler: w.For, Event: w.Event, Err: errRestarted}
		l.counts.add(r)
		return []Report{r}
	case l.handler.lastCounts:
		return s.add(l, w.Event)
	}
	s.putIn(l, w.Event)
	return nil
}

// errRestarted is that an instruction is of an earlier boot, in which everything was different.
var errRestarted = errors.New("the host was restarted since")

// record notes a change of the queue for the disk.
func (s *Set) record(line []byte) {
	s.changes++
	if s.whole {
		return
	}
	s.unsaved = append(s.unsaved, line...)
	if len(s.unsaved) > s.config.MaxBytes { // the disk does not keep up
		s.unsaved, s.whole = nil, true
	}
}

// keep puts every change on disk, and tries again where that fails, until the workers have ended.
func (s *Set) keep() {
	defer close(s.kept)
	for {
		again := s.save()
		var timer <-chan time.Time
		changed := s.changed
		if again && s.ctx.Err() == nil {
			timer, changed = time.After(againAfter), nil
		}
		select {
		case <-changed:
		case <-timer:
		case <-s.ctx.Done():
			s.work.Wait()
			s.save()
			return
		}
	}
}

// save puts what has changed on disk; true where it could not.
func (s *Set) save() bool {
	change := s.take()
	var err error
	switch {
	case change.all != nil:
		err = s.disk.replace(change.all.lines())
	case change.number > 0:
		err = s.disk.add(change.lines)
	}
	s.note(change, err)
	return err != nil
}

// change is what the disk is behind by: some lines, or all. It has all that was told before told.
type change struct {
	number int
	told   uint64
	lines  []byte
	all    *backlog
}

func (s *Set) take() change {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := change{number: s.changes, told: s.told, lines: s.unsaved}
	if s.whole || len(s.unsaved) > 0 && s.disk.full(len(s.unsaved)) {
		c.lines, c.all = nil, s.everything()
	}
	s.unsaved, s.whole = nil, false
	return c
}

// everything gives what the file should say now.
func (s *Set) everything() *backlog {
	all := &backlog{next: s.told}
	for _, l := range s.lanes {
		for _, e := range l.waiting {
			if e.event.Lasting() {
				all.waiting = append(all.waiting, waiting{l.name, e.event})
			}
		}
	}
	return all
}

// note notes what came of saving a change.
func (s *Set) note(c change, err error) {
	s.mu.Lock()
	before := s.failure
	s.failure = err
	if err != nil {
		s.unsaved, s.whole = nil, true
	} else {
		s.changes, s.saved = s.changes-c.number, c.told
	}
	s.mu.Unlock()
	switch {
	case err != nil && before == nil:
		s.report(Report{Outcome: Unsaved, Err: err})
	case err == nil && before != nil:
		s.report(Report{Outcome: Saved})
	}
}

// Status is how the queue is doing.
type Status struct {
	Handlers []Waiting
	// Unsaved is how many changes are not on disk, and Failure why the disk does not
	// take them, nil where they are just on their way.
	Unsaved int
	Failure error
}

// Waiting is how one handler is doing.
type Waiting struct {
	// Name is its place in the document: "internet/fiber/webhook". Handler names where events go.
	Name, Handler string
	// Events wait, the oldest of which happened at Oldest; Attempts were made to hand that over.
	Events   int
	Oldest   Moment
	Attempts int
	Counts   Counts
}

// Status tells how the queue is doing.
func (s *Set) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := Status{Unsaved: s.changes, Failure: s.failure}
	for _, l := range s.lanes {
		h := Waiting{Name: l.name, Handler: l.handler.String(), Events: len(l.waiting), Counts: l.counts}
		if len(l.waiting) > 0 {
			h.Oldest = l.waiting[0].event.At
		}
		if l.busy {
			h.Attempts = l.attempt
		}
		status.Handlers = append(status.Handlers, h)
	}
	return status
}

// memory keeps small files on disk, and where that fails, until the process ends.
type memory struct {
	disk  *disk
	mu    sync.Mutex
	files map[string][]byte
}

var _ Keeper = (*memory)(nil)

func (m *memory) Load(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if content, ok := m.files[name]; ok {
		return slices.Clone(content), nil
	}
	return m.disk.Load(name)
}

func (m *memory) Save(name string, content []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.disk.Save(name, content)
	if err != nil {
		m.files[name] = slices.Clone(content)
	} else {
		delete(m.files, name)
	}
	return err
}
