package schema

import "time"

// Pace is how often a verifier of a route asks, and how many checks decide.
type Pace struct {
	// Interval is between two checks of the route that carries traffic, Standby
	// of the others, Suspect while something is in doubt.
	Interval, Standby, Suspect Duration
	// Timeout is how long an answer may take; the next check waits for it.
	Timeout Duration
	// Fall and Rise are the misses and hits in a row that change the verdict.
	Fall, Rise int
}

// Where a verifier does not say, it asks as often as this: an echo request costs
// 0.1 kB, a page some 6 kB.
const (
	echoInterval, echoStandby = time.Second, 10 * time.Second
	pageInterval, pageStandby = 10 * time.Second, time.Minute
	defaultFall, defaultRise  = 3, 2
)

// Pace gives the verifier's pace, with the defaults that the reference tells.
func (v *Verifier) Pace() Pace {
	interval, standby := pageInterval, pageStandby
	if v.Kind.Value == "icmp" {
		interval, standby = echoInterval, echoStandby
	}
	interval = v.Interval.Or(interval)
	p := Pace{
		Interval: interval, Standby: v.StandbyInterval.Or(max(interval, standby)), Timeout: v.AnswerWithin(),
		Fall: v.Fall.Or(defaultFall), Rise: v.Rise.Or(defaultRise),
	}
	if !v.Timeout.Known() { // a check is over before the next begins
		p.Timeout = min(p.Timeout, p.Interval, p.Standby, v.SuspectInterval.Or(p.Timeout))
	}
	p.Suspect = v.SuspectInterval.Or(min(p.Interval, p.Timeout))
	return p
}
