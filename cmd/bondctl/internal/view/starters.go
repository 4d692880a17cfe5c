package view

import (
	"bufio"
	"fmt"

	"github.com/bondctl/bondctl/templates"
)

// Starters lists the documents to begin with.
func Starters(w *bufio.Writer, starters []templates.Starter) {
	width := 0
	for _, s := range starters {
		width = max(width, len(s.Name))
	}
	for _, s := range starters {
		fmt.Fprintf(w, "%-*s  %s\n", width, s.Name, s.Summary)
	}
}
