package handler

// hasTurn tells whether the first event of a lane may be begun with. Setup and teardown go
// through the handlers of a route that act on them one after the other, in the order of
// the document, each when the one before has ended: a modem has power before it is dialled.
func (s *Set) hasTurn(l *lane) bool {
	e := l.waiting[0].event
	if !l.handler.acts || !e.instructs() {
		return true
	}
	before := true // whether a lane comes before this one
	for _, o := range s.lanes {
		if o == l {
			before = false
			continue
		}
		if o.actsWith(l) && o.instructedBefore(e.Sequence, before) {
			return false
		}
	}
	return true
}

// actsWith tells whether the handlers of two lanes act for one route.
func (l *lane) actsWith(o *lane) bool {
	return l.fallback == o.fallback && l.route == o.route && l.handler.acts && o.handler.acts
}

// instructedBefore tells whether a lane has an instruction from before an event, or the
// event itself where that counts.
func (l *lane) instructedBefore(sequence uint64, itself bool) bool {
	for _, w := range l.waiting {
		if w.event.instructs() && (w.event.Sequence < sequence || (itself && w.event.Sequence == sequence)) {
			return true
		}
	}
	return false
}

// passOn has those look who may have waited for an event of a lane.
func (s *Set) passOn(l *lane) {
	for _, o := range s.lanes {
		if o.actsWith(l) {
			o.nudge()
		}
	}
}
