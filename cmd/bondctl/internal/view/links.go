package view

import (
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// effectSign marks what traffic notices of a change.
func effectSign(e plan.Effect) (mark, color string) {
	switch e {
	case plan.None:
		return "", green
	case plan.InPlace:
		return "~", yellow
	case plan.Recreated:
		return "-/+", red
	case plan.BondDown:
		return "!", red
	}
	return "!", yellow // a slave bounces, or another link loses a route
}

// changes lists changes of links, each with its effect, and the reason where
// it is another than that of the change before.
func changes(w *Page, style Style, list []plan.Change) {
	widest := 0
	for _, c := range list {
		widest = max(widest, len(c.Effect))
	}
	before := ""
	for _, c := range list {
		mark, color := effectSign(c.Effect)
		w.Printf("  %s %s  %s\n", style.paint(color, pad(mark, 3)), style.paint(color, pad(string(c.Effect), widest)), Line(c.String()))
		if c.Why != "" && c.Why != before {
			w.Printf("%s%s\n", pad("", 8+widest), Line("because "+c.Why))
		}
		before = c.Why
	}
}

func pad(text string, width int) string {
	for len(text) < width {
		text += " "
	}
	return text
}

// changeJSON is one change of a link.
type changeJSON struct {
	Change   string            `json:"change"`
	Link     string            `json:"link"`
	Links    []string          `json:"links,omitempty"`
	On       string            `json:"on,omitempty"`
	Text     string            `json:"text"`
	Effect   string            `json:"effect"`
	By       string            `json:"by,omitempty"`
	Files    []string          `json:"files,omitempty"`
	Why      string            `json:"why,omitempty"`
	Settings map[string]string `json:"settings,omitempty"`
	Before   map[string]string `json:"settings_before,omitempty"`
}

func changesJSON(list []plan.Change) []changeJSON {
	shown := make([]changeJSON, 0, len(list))
	for _, c := range list {
		j := changeJSON{
			Change: c.Verb.String(), Link: c.Link, Links: c.Links, On: c.On, Text: c.String(), Effect: string(c.Effect), Why: c.Why, By: c.By, Files: c.Files,
			Settings: map[string]string{}, Before: map[string]string{},
		}
		for _, s := range c.Settings {
			j.Settings[s.Option.Name] = s.Value.String()
		}
		for _, s := range c.Was {
			j.Before[s.Option.Name] = s.Value.String()
		}
		shown = append(shown, j)
	}
	return shown
}
