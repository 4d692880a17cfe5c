package view

import (
	"github.com/bondctl/bondctl/templates"
)

// Starters lists the documents to begin with.
func Starters(w *Page, starters []templates.Starter) {
	width := 0
	for _, s := range starters {
		width = max(width, len(s.Name))
	}
	for _, s := range starters {
		w.Printf("%-*s  %s\n", width, s.Name, s.Summary)
	}
}
