package cli

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
)

// ailments are what does not work for a time. They are logged when they begin and when
// they end.
type ailments struct {
	log *slog.Logger
	mu  sync.Mutex
	now []ailment
}

// ailment is one: what is not done, and why.
type ailment struct {
	what string
	why  error
}

// of gives what takes why something is not done, nil once it is.
func (a *ailments) of(what string) func(error) {
	return func(why error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		i := slices.IndexFunc(a.now, func(o ailment) bool { return o.what == what })
		switch {
		case why == nil && i >= 0:
			a.now = slices.Delete(a.now, i, i+1)
			a.log.Info("it works again: it was said that " + what)
		case why != nil && i >= 0:
			a.now[i].why = why
		case why != nil:
			a.now = append(a.now, ailment{what, why})
			a.log.Warn("degraded: "+what, "err", why)
		}
	}
}

// list says what does not work now, a sentence each.
func (a *ailments) list() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]string, len(a.now))
	for i, o := range a.now {
		all[i] = fmt.Sprintf("%s: %v", o.what, o.why)
	}
	return all
}
