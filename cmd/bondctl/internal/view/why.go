package view

import (
	"cmp"
	"fmt"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// clock is a time of day to the millisecond, in which decisions are made.
const clock = "15:04:05.000"

// Why shows what the last decision of each fallback rests on.
func Why(w *Page, s *control.Snapshot) {
	if len(s.Fallbacks) == 0 {
		w.Println("The document has no fallback: nothing was decided.")
	}
	for i := range s.Fallbacks {
		if i > 0 {
			w.Println()
		}
		f := &s.Fallbacks[i]
		if f.Last == nil {
			w.Printf("%s: nothing was decided yet.\n", Line(fallbackName(f)))
			continue
		}
		decision(w, fallbackName(f), f.Last, s.Taken)
	}
}

func decision(w *Page, name string, d *control.Decision, now time.Time) {
	w.Print(wrap(Line(fmt.Sprintf("%s: at %s, %s ago, %s: %s.", name, d.Time.Format("2006-01-02 "+clock), length(now.Sub(d.Time)), outcome(d), d.Reason)), ""))
	if d.From != "" && (d.From != d.To || d.Cause == monitor.NoWay) {
		w.Print(wrap(Line(lastPassed(d)), ""))
	}
	w.Println("\nWhat was known then:")
	for i := range d.Evidence {
		r := &d.Evidence[i]
		w.Println()
		w.Print(wrap(Line(r.Text+flapped(r)+"."), "  "))
		for _, c := range r.Checks {
			evidence(w, c)
		}
	}
}

// outcome says what was decided.
func outcome(d *control.Decision) string {
	switch d.Cause {
	case monitor.Failover:
		return fmt.Sprintf("traffic moved from %s to %s", d.From, d.To)
	case monitor.FailBack:
		if d.From == d.To {
			return "traffic goes on over " + d.To
		}
		return fmt.Sprintf("traffic returned from %s to %s", d.From, d.To)
	case monitor.ByPerson:
		return fmt.Sprintf("traffic was moved by hand from %s to %s", d.From, d.To)
	case monitor.NoWay:
		return "traffic was left with " + d.To
	case monitor.First:
	}
	return "traffic was first left to " + d.To
}

func lastPassed(d *control.Decision) string {
	if d.LastPassed.IsZero() {
		return fmt.Sprintf("No check of %s had ever passed.", d.From)
	}
	return fmt.Sprintf("The last check of %s that passed was asked %s before, at %s.", d.From, length(d.Time.Sub(d.LastPassed)), d.LastPassed.Format(clock))
}

func flapped(r *control.Route) string {
	if r.Flaps == 0 {
		return ""
	}
	return fmt.Sprintf("; it had failed %s of late, and had to be good for %s before traffic returned", plural(r.Flaps, "time"), length(r.Held))
}

// evidence shows a check, its counters beside the thresholds, and its answers.
func evidence(w *Page, c control.Check) {
	text := fmt.Sprintf("%s: %s; %s in a row, where %d decide, and %s in a row, where %d decide", c.Check, c.Verdict, several(c.Misses, "miss"), c.Fall, several(c.Hits, "pass"), c.Rise)
	if c.Loss > 0 {
		text += fmt.Sprintf("; %d %% lost", c.Loss)
	}
	if c.Latency > 0 {
		text += "; an answer took " + length(c.Latency)
	}
	w.Print(wrap(Line(text+"."), "    "))
	for _, a := range c.Answers {
		w.Print(wrap(Line(fmt.Sprintf("%s, asked at %s: %s.", a.Target, a.Asked.Format(clock), came(a))), "      "))
	}
}

// several counts what plural does not: 1 miss, 2 misses.
func several(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ses", n, one)
}

// came says what came of a target.
func came(a control.Answer) string {
	if a.Outcome == monitor.Hit {
		return "answered in " + length(a.Took)
	}
	return cmp.Or(a.Said, string(a.Outcome))
}

// WhyJSON is what monitor why prints with --json.
type WhyJSON struct {
	FormatVersion string        `json:"format_version"`
	Fallbacks     []decidedJSON `json:"fallbacks"`
}

type decidedJSON struct {
	Fallback string `json:"fallback"`
	Family   string `json:"family"`
	Active   string `json:"active"`
	// Last is null where nothing was decided yet.
	Last *control.Decision `json:"last_decision"`
}

// NewWhyJSON shows what decisions rest on to a program.
func NewWhyJSON(s *control.Snapshot) WhyJSON {
	shown := WhyJSON{FormatVersion: s.FormatVersion, Fallbacks: make([]decidedJSON, len(s.Fallbacks))}
	for i, f := range s.Fallbacks {
		shown.Fallbacks[i] = decidedJSON{Fallback: f.Fallback, Family: f.Family, Active: f.Active, Last: f.Last}
	}
	return shown
}
