package view

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// Simulations shows what a document would have done with what was recorded.
func Simulations(w *Page, all []monitor.Simulation) {
	if len(all) == 0 {
		w.Println("The document has no fallback: nothing to simulate.")
	}
	for i, s := range all {
		if i > 0 {
			w.Println()
		}
		simulation(w, s)
	}
}

func simulation(w *Page, s monitor.Simulation) {
	name := fmt.Sprintf("Fallback %s (%s)", s.Fallback, s.Family)
	if s.Span == 0 {
		w.Printf("%s: the history has nothing of it.\n", Line(name))
		return
	}
	w.Printf("%s: %s recorded, %s.\n", Line(name), s.Span.Round(time.Second), plural(s.Checks, "check"))
	if s.Foreign > 0 {
		w.Printf("%d of them are of routes or verifiers that the document does not have, and say nothing.\n", s.Foreign)
	}
	w.Printf("Traffic %s; with this document it would %s.\n", count(moves(s.Recorded), "moved", "never moved"), count(moves(s.Decided), "have moved", "never have moved"))
	if len(s.Decided) == 0 {
		return
	}
	w.Println()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range s.Decided {
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\n", when(d), Line(course(d)), Line(d.Reason)) // kept until Flush
	}
	_ = table.Flush()
}

// count says how often something happened, or that it never did.
func count(n int, did, never string) string {
	if n == 0 {
		return never
	}
	return did + " " + plural(n, "time")
}

// moves counts the decisions by which traffic moved.
func moves(decisions []monitor.Dated) int {
	moved := slices.DeleteFunc(slices.Clone(decisions), func(d monitor.Dated) bool { return !d.Moved() })
	return len(moved)
}

// when gives the time of a decision, by the clock on the wall where that is known.
func when(d monitor.Dated) string {
	if d.Wall.IsZero() {
		return time.Duration(d.At).Round(time.Millisecond).String() + " after boot"
	}
	return d.Wall.Format("2006-01-02 15:04:05.000")
}

func course(d monitor.Dated) string {
	switch {
	case d.Moved():
		return d.From + " -> " + d.To
	case d.Cause == monitor.NoWay:
		return "all down, " + d.To + " is kept"
	}
	return d.To + " carries"
}

// SimulationsJSON is what monitor simulate prints with --json.
type SimulationsJSON struct {
	FormatVersion string           `json:"format_version"`
	Fallbacks     []simulationJSON `json:"fallbacks"`
}

type simulationJSON struct {
	Fallback string `json:"fallback"`
	Family   string `json:"family"`
	// Span is in milliseconds.
	Span          int64          `json:"span_ms"`
	Checks        int            `json:"checks"`
	Foreign       int            `json:"foreign_checks"`
	RecordedMoves int            `json:"recorded_moves"`
	Moves         int            `json:"moves"`
	Decisions     []decisionJSON `json:"decisions"`
}

type decisionJSON struct {
	// At is in milliseconds after boot; Time is that of the clock on the wall.
	At       int64             `json:"at_ms"`
	Time     time.Time         `json:"time,omitzero"`
	Cause    monitor.Cause     `json:"cause"`
	From     string            `json:"from"`
	To       string            `json:"to"`
	Reason   string            `json:"reason"`
	Evidence []monitor.Finding `json:"evidence"`
}

// NewSimulationsJSON shows simulations to a program.
func NewSimulationsJSON(all []monitor.Simulation) SimulationsJSON {
	shown := SimulationsJSON{FormatVersion: FormatVersion, Fallbacks: make([]simulationJSON, len(all))}
	for i, s := range all {
		shown.Fallbacks[i] = simulationJSON{
			Fallback: s.Fallback, Family: s.Family.String(), Span: s.Span.Milliseconds(), Checks: s.Checks, Foreign: s.Foreign,
			RecordedMoves: moves(s.Recorded), Moves: moves(s.Decided), Decisions: make([]decisionJSON, len(s.Decided)),
		}
		for j, d := range s.Decided {
			shown.Fallbacks[i].Decisions[j] = decisionJSON{
				At: time.Duration(d.At).Milliseconds(), Time: d.Wall, Cause: d.Cause, From: d.From, To: d.To, Reason: d.Reason, Evidence: d.Evidence,
			}
		}
	}
	return shown
}
