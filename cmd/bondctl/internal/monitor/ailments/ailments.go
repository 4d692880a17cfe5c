// Package ailments keeps what does not work for a time, while all else goes on.
package ailments

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// List is what does not work now. It is logged when it begins and when it ends.
type List struct {
	log *slog.Logger
	mu  sync.Mutex
	now []ailment
}

// ailment is one: what is not done, and why.
type ailment struct{ what, why string }

// New makes a list with nothing on it.
func New(log *slog.Logger) *List { return &List{log: log} }

// Set takes why something is not done, nil once it is.
func (l *List) Set(what string, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.find(what)
	switch {
	case why == nil && i >= 0:
		l.now = slices.Delete(l.now, i, i+1)
		l.log.Info("it works again: it was said that " + what)
	case why != nil && i >= 0:
		l.now[i].why = line(why)
	case why != nil:
		l.now = append(l.now, ailment{what, line(why)})
		l.log.Warn("degraded: "+what, "err", line(why))
	}
}

// Of gives what takes why something is not done, nil once it is.
func (l *List) Of(what string) func(error) {
	return func(why error) { l.Set(what, why) }
}

// Has tells whether something is not done now.
func (l *List) Has(what string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.find(what) >= 0
}

// All says what does not work now, a sentence each.
func (l *List) All() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]string, len(l.now))
	for i, a := range l.now {
		all[i] = a.what + ": " + a.why
	}
	return all
}

func (l *List) find(what string) int {
	return slices.IndexFunc(l.now, func(a ailment) bool { return a.what == what })
}

func line(why error) string { return strings.ReplaceAll(why.Error(), "\n", "; ") }
