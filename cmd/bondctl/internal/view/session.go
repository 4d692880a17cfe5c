package view

import (
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Session is the session of whoever asks, and what is known of its path.
type Session struct {
	// From says where it comes from.
	From string
	// Notes say what counts as carrying it, a sentence without its end for each.
	Notes []string
	// Sure is set where there is no doubt about From.
	Sure bool
	// Lost is set where not all of the links are known that carry it.
	Lost bool
}

// write says first of all whether a plan touches the path of the session. Of one
// that changes nothing there is nothing to doubt.
func (s Session) write(w *Page, style Style, p plan.Plan) {
	if p.IsEmpty() && !s.Sure {
		return
	}
	text, color := s.verdict(p)
	w.Print(style.paint(color, wrap(printable(s.text()+text), "")), "\n")
}

// text is all that is known of the session, in sentences.
func (s Session) text() string {
	return strings.Join(append([]string{"This session comes from " + s.From}, s.Notes...), ". ") + "."
}

// verdict says what the plan does to the path.
func (s Session) verdict(p plan.Plan) (text, color string) {
	switch touched := p.Touched(); {
	case len(touched) > 0:
		return " The plan touches " + strings.Join(touched, ", ") + " below it: apply asks for --confirm-within.", red
	case len(p.Diverted) > 0:
		return " The plan leads the way there over " + strings.Join(p.Diverted, ", ") + ": apply asks for --confirm-within.", red
	case s.Lost && len(p.Links) > 0:
		return " Which links carry it is not known, and the plan changes some: apply asks for --confirm-within.", red
	case len(p.Path) == 0:
		return "", ""
	}
	return " The plan does not touch its path.", ""
}

type sessionJSON struct {
	Text string `json:"text"`
	// Certain is false where the session may be another than the text says.
	Certain bool     `json:"certain"`
	Notes   []string `json:"notes"`
	Path    []string `json:"path"`
	// PathKnown is false where other links may carry it too.
	PathKnown bool     `json:"path_known"`
	Touched   []string `json:"touched"`
	// Diverted are links that the way to where the session comes from leads over afterwards.
	Diverted []string `json:"diverted"`
}

func (s Session) json(p plan.Plan) sessionJSON {
	return sessionJSON{
		Text: s.From, Certain: s.Sure, Notes: nonNil(s.Notes),
		Path: nonNil(p.Path), PathKnown: !s.Lost, Touched: nonNil(p.Touched()), Diverted: nonNil(p.Diverted),
	}
}
