package monitor

import (
	"math/bits"
	"time"
)

// golden is the golden ratio's part of 2^64. Its multiples lie as evenly as those of any
// number do, however many are taken (Knuth, The Art of Computer Programming, 6.4).
const golden = 0x9E3779B97F4A7C15

// spread gives each check of a document a phase of its own, so that those with equal
// intervals do not ask at the same instant.
func spread(all []Settings) {
	var count uint64
	for _, s := range all {
		for _, r := range s.Routes {
			for i := range r.Checks {
				r.Checks[i].Phase = count * golden
				count++
			}
		}
	}
}

// within is the part of an interval that a phase stands for.
func within(interval time.Duration, phase uint64) time.Duration {
	part, _ := bits.Mul64(uint64(interval), phase) //nolint:gosec // not negative
	return time.Duration(part)                     //nolint:gosec // less than the interval
}

// nextInPhase is the last moment of its phase that is no more than an interval after a
// check was asked.
func (c *Check) nextInPhase(asked Moment, interval time.Duration) Moment {
	latest := asked.Add(interval)
	return latest.Add(-(time.Duration(latest) - within(interval, c.Phase)) % interval)
}
