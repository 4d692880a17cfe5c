package verify

import (
	"context"
	"time"
)

// Trial is how often a verifier is asked until it passes.
type Trial struct {
	// Every is the time from the beginning of one check to that of the next,
	// which begins later where a check takes longer.
	Every time.Duration
	// Most is how many checks there are at most, 1 or more.
	Most int
}

// Within is how long it takes at most, where an answer may take as long as this.
func (t Trial) Within(answer time.Duration) time.Duration {
	return time.Duration(t.Most-1)*max(t.Every, answer) + answer
}

// Await asks until a check passes, and gives the last result. It ends early with the context.
func (v *Verifier) Await(ctx context.Context, t Trial) Result {
	next := time.NewTicker(t.Every)
	defer next.Stop()
	result := v.Check(ctx)
	for n := 1; n < t.Most && !result.Passed; n++ {
		select {
		case <-next.C:
			result = v.Check(ctx)
		case <-ctx.Done():
			return result
		}
	}
	return result
}
