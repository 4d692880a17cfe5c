package view

import (
	"strings"
	"time"
)

// Events tells what happens as it happens. That the output is closed does not
// stop the work.
type Events interface {
	Tell(event Event)
}

// PersonEvents are those for a person, in lines.
type PersonEvents struct{ Out, Errs *Page }

// Tell implements [Events].
func (w PersonEvents) Tell(e Event) {
	page := w.Out
	if e.aside {
		page = w.Errs
	}
	for line := range strings.SplitSeq(e.text, "\n") {
		if line != "" {
			page.Println(Line(line))
		}
	}
	_ = page.Flush()
}

// ProgramEvents are those for a program, in JSON lines.
type ProgramEvents struct {
	Out *Page
	// Now is the time of day.
	Now func() time.Time
}

// Tell implements [Events].
func (w ProgramEvents) Tell(e Event) {
	e.Time = w.Now().UTC()
	_ = JSONLine(w.Out, e) // into a page, whose errors are kept until Flush
	_ = w.Out.Flush()
}
