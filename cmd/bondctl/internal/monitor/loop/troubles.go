package loop

import (
	"slices"
	"strings"
	"sync"
)

// trouble is something that can be wrong for a time.
type trouble int

// The troubles, in the order in which they are told.
const (
	reading trouble = iota
	writing
	fighting
	preferred
	watching
	preparing
	resolving
	handingOver
	kinds
)

// begins says what each is about.
var begins = [kinds]string{
	reading:     "the state of the network cannot be read",
	writing:     "routes cannot be written",
	fighting:    "routes",
	preferred:   "other routes are preferred",
	watching:    "changes of the network",
	preparing:   "links cannot be prepared",
	resolving:   "resolvers cannot be set",
	handingOver: "connections cannot be ended",
}

// troubles are those that last.
type troubles struct {
	mu   sync.Mutex
	last [kinds]string
	// begun takes what is new, and over what is over.
	begun, over func(text string)
}

// check notes an error, or the end of one.
func (t *troubles) check(k trouble, err error) {
	text := ""
	if err != nil {
		text = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	t.set(k, text)
}

// set notes a trouble, empty for its end.
func (t *troubles) set(k trouble, text string) {
	t.mu.Lock()
	was := t.last[k]
	t.last[k] = text
	t.mu.Unlock()
	switch {
	case was == text:
	case text == "":
		t.over(begins[k])
	default:
		t.begun(begins[k] + ": " + text)
	}
}

// is tells whether a trouble lasts.
func (t *troubles) is(k trouble) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last[k] != ""
}

// list gives the troubles that last.
func (t *troubles) list() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []string
	for k, text := range t.last {
		if text != "" {
			all = append(all, begins[k]+": "+text)
		}
	}
	return slices.Clip(all)
}
