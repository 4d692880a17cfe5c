package checkpoint

import "time"

// Action is what there is to do about a transaction.
type Action int

// The actions.
const (
	// Wait for a confirmation, or for the rest of applying.
	Wait Action = iota
	// RollBack now, or take up a rollback that was cut off.
	RollBack
	// Done: the transaction is closed, or a person has to see to it.
	Done
)

// Verdict is an action with what it needs.
type Verdict struct {
	Action Action
	// Until is when, on CLOCK_BOOTTIME, waiting is over at the latest.
	Until time.Duration
	// Reason is why to roll back.
	Reason string
}

// A rollback that was incomplete is tried again: what was in the way, such as a network manager that starts
// slowly, may be gone. The pauses double, so that the last try is two minutes after the first.
const (
	maxAttempts  = 7
	firstPause   = 2 * time.Second
	gaveNoReason = "it was cut off"
	applierEnded = "the process that applied it ended"
)

// Judge decides what there is to do about a transaction now. It is pure. The applier is the process that
// began the transaction; whether it is alive matters only until everything is applied.
func Judge(j *Journal, now Instant, applierAlive bool) Verdict {
	elsewhen := j.BootID != now.BootID
	switch {
	case !j.Open():
		return Verdict{Action: Done}
	case j.State == RollingBack:
		return rollBack(j.Outcome.Reason)
	case j.State == RollbackIncomplete:
		return judgeIncomplete(j, now)
	case elsewhen:
		return rollBack("the machine was restarted before it was confirmed")
	case j.State == Awaiting && now.Boot >= j.Deadline:
		return rollBack("nobody confirmed it within " + j.window().String())
	case j.State == Awaiting:
		return Verdict{Until: j.Deadline}
	case !applierAlive:
		return rollBack(applierEnded)
	case now.Boot >= j.Ceiling:
		return rollBack("applying it took too long")
	}
	return Verdict{Until: j.Ceiling}
}

// judgeIncomplete gives a rollback several tries. A restart is a reason to try at once.
func judgeIncomplete(j *Journal, now Instant) Verdict {
	last, attempts := j.last(), j.attempts()
	next := last.Boot + firstPause<<(min(attempts, maxAttempts)-1)
	switch {
	case last.BootID != now.BootID:
		return rollBack(j.Outcome.Reason)
	case attempts >= maxAttempts:
		return Verdict{Action: Done}
	case now.Boot < next:
		return Verdict{Until: next}
	}
	return rollBack(j.Outcome.Reason)
}

func rollBack(reason string) Verdict {
	if reason == "" {
		reason = gaveNoReason
	}
	return Verdict{Action: RollBack, Reason: reason}
}

// window is how long the window was in the end, with what it was extended by.
func (j *Journal) window() time.Duration {
	return (j.Deadline - j.last().Boot).Round(time.Second)
}
