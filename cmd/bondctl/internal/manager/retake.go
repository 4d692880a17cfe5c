package manager

import "github.com/bondctl/bondctl/cmd/bondctl/internal/plan"

// Retaker is a leader that lets go by itself of links that it cannot bring up,
// such as a station whose network did not answer in time.
type Retaker interface {
	Leader
	// Retake divides what is still to be changed after everything was taken up, as
	// Lead does: links that were let go are the manager's, all else is bondctl's.
	// It is pure.
	Retake(s Situation, left []plan.Change) []plan.Change
}

var _ Retaker = (*profileManager)(nil)

// Retake implements [Retaker]. A slave that NetworkManager has released is activated
// once more: enslaved by anybody else, a station would stand in its bond without
// having joined its network.
func (m *profileManager) Retake(s Situation, left []plan.Change) []plan.Change {
	l := leading{Situation: s, profiles: m.profiles, anew: map[string]plan.Effect{}, remade: map[string]bool{}, done: map[string]bool{}}
	for _, c := range left {
		if w := l.wanted(c.Link); c.Verb == plan.Enslave && w != nil && w.Master == c.On {
			l.anew[c.Link] = c.Effect
		}
	}
	for _, c := range left {
		_, anew := l.anew[c.Link]
		switch {
		case anew && l.activates(c) == c.Link:
			l.activate(c.Link, c)
		case anew && c.Verb != plan.SetSlave: // comes with the activation
		default:
			l.led = append(l.led, c)
		}
	}
	return l.led
}
