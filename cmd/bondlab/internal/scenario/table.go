package scenario

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// measures are what all runs of one consumer have found.
type measures struct {
	right, unsaid map[string]int
	carrying      []time.Duration
	meters        map[string][]Reading
	changes       []Reading
}

func gather(outcomes []Outcome) map[string]*measures {
	found := map[string]*measures{}
	for _, o := range outcomes {
		m := found[o.Run.Consumer]
		if m == nil {
			m = &measures{right: map[string]int{}, unsaid: map[string]int{}, meters: map[string][]Reading{}}
			found[o.Run.Consumer] = m
		}
		for i, r := range o.Readings {
			if !again(o.Readings[:i], r) {
				m.add(r)
			}
		}
	}
	return found
}

// again tells a count of settings that the run has taken before, as a run does
// that reads them anew after a boot.
func again(before []Reading, r Reading) bool {
	return r.Mode != "" && slices.ContainsFunc(before, func(b Reading) bool { return b.Mode == r.Mode })
}

func (m *measures) add(r Reading) {
	switch {
	case r.Meter != "":
		m.meters[r.Meter] = append(m.meters[r.Meter], r)
	case r.Change != "":
		m.changes = append(m.changes, r)
	case r.Carrying > 0:
		m.carrying = append(m.carrying, r.Carrying)
	case r.Mode != "":
		m.right[r.Mode] += r.Right
		m.unsaid[r.Mode] += r.Unsaid
	}
}

// Table prints what the runs have measured, a row for each consumer: the
// settings read back right in each mode, and after a plus those that its
// files cannot say; medians of the times; and of each stretch of the meter the
// median and the largest number of lost packets and gap.
func Table(w io.Writer, outcomes []Outcome) error {
	found := gather(outcomes)
	settings := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprint(settings, "settings read back")
	for _, mode := range schema.Modes() {
		_, _ = fmt.Fprintf(settings, "\t%s", mode)
	}
	_, _ = fmt.Fprintln(settings)
	for _, c := range Consumers() {
		if m := found[c.Name]; m != nil && len(m.right) > 0 {
			_, _ = fmt.Fprint(settings, c.Name)
			for _, mode := range schema.Modes() {
				_, _ = fmt.Fprintf(settings, "\t%d+%d", m.right[mode.String()], m.unsaid[mode.String()])
			}
			_, _ = fmt.Fprintln(settings)
		}
	}
	if err := settings.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w)
	if err := interruptions(w, found); err != nil {
		return err
	}
	return changes(w, found)
}

// Stretches of the meter that the table shows, in its order.
const (
	CableCut  = "cut"
	CableBack = "back"
)

func interruptions(w io.Writer, found map[string]*measures) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "interruption\tto traffic\tcable cut: lost\tgap\tcable back: lost\tgap")
	for _, c := range Consumers() {
		m := found[c.Name]
		if m == nil || len(m.carrying)+len(m.meters) == 0 {
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Name, medianOf(m.carrying), loss(m.meters[CableCut]), loss(m.meters[CableBack]))
	}
	return table.Flush()
}

func medianOf(times []time.Duration) string {
	if len(times) == 0 {
		return "-"
	}
	return median(times).Round(100 * time.Millisecond).String()
}

func median[T int | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// loss shows lost packets and gaps, of two or more stretches the median and the most.
func loss(stretches []Reading) string {
	if len(stretches) == 0 {
		return "-\t-"
	}
	var lost []int
	var gaps []time.Duration
	for _, r := range stretches {
		lost, gaps = append(lost, r.Lost), append(gaps, r.Gap)
	}
	if len(stretches) == 1 {
		return fmt.Sprintf("%d\t%v", lost[0], gaps[0])
	}
	return fmt.Sprintf("%d, at most %d\t%v, at most %v", median(lost), slices.Max(lost), median(gaps), slices.Max(gaps))
}
