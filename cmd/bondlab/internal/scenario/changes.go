package scenario

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// changes prints what changes cost traffic by bondctl and by each consumer's
// own way, and how soon after a window the old configuration answered: medians
// and the most.
func changes(w io.Writer, found map[string]*measures) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	headed := false
	for _, c := range Consumers() {
		m := found[c.Name]
		if m == nil || len(m.changes) == 0 {
			continue
		}
		if !headed {
			_, _ = fmt.Fprintln(table, "\nchange\t\tby bondctl: lost\tgap\tits own way: lost\tgap\tback after")
			headed = true
		}
		for _, name := range namesOf(m.changes) {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", c.Name, name,
				loss(ofWay(m.changes, name, ByBondctl)), loss(ofWay(m.changes, name, ByItself))+failures(ofWay(m.changes, name, ByItself)), backAfter(ofWay(m.changes, name, "")))
		}
	}
	return table.Flush()
}

// namesOf lists the changes that were made, each once.
func namesOf(readings []Reading) []string {
	var names []string
	for _, r := range readings {
		if !slices.Contains(names, r.Change) {
			names = append(names, r.Change)
		}
	}
	return names
}

func ofWay(readings []Reading, change string, way Way) []Reading {
	return slices.DeleteFunc(slices.Clone(readings), func(r Reading) bool { return r.Change != change || r.Way != way })
}

// failures tells how often a way did not bring about what is described.
func failures(readings []Reading) string {
	untaken := 0
	for _, r := range readings {
		if r.Untaken {
			untaken++
		}
	}
	if untaken == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of %d did not take", untaken, len(readings))
}

func backAfter(readings []Reading) string {
	if len(readings) == 0 {
		return "-"
	}
	var times []time.Duration
	for _, r := range readings {
		times = append(times, r.Back.Round(time.Millisecond))
	}
	return fmt.Sprintf("%v, at most %v", median(times), slices.Max(times))
}
