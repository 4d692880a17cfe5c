package handler

import "slices"

// hasTurn tells whether the first event of a lane may be begun with. Setup and teardown go
// through the handlers of a route that act on them one after the other, in the order of
// the document, each when the one before has ended: a modem has power before it is dialled.
func (s *Set) hasTurn(l *lane) bool {
	e := l.waiting[0].event
	if !l.handler.acts || !e.instructs() {
		return true
	}
	after := e.Sequence + 1 // the event itself counts in the lanes before this one
	for _, o := range s.lanes {
		if o == l {
			after = e.Sequence
			continue
		}
		if o.actsWith(l) && o.instructedBefore(after) {
			return false
		}
	}
	return true
}

// actsWith tells whether the handlers of two lanes act for one route.
func (l *lane) actsWith(o *lane) bool {
	return l.fallback == o.fallback && l.route == o.route && l.handler.acts && o.handler.acts
}

// instructedBefore tells whether a lane has an instruction with a lower sequence number.
func (l *lane) instructedBefore(sequence uint64) bool {
	return slices.ContainsFunc(l.waiting, func(w entry) bool { return w.event.instructs() && w.event.Sequence < sequence })
}

// passOn has those look who may have waited for an event of a lane.
func (s *Set) passOn(l *lane) {
	for _, o := range s.lanes {
		if o.actsWith(l) {
			o.nudge()
		}
	}
}
