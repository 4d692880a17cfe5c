package view

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// MonitorStatus shows how a running monitor's routes stand.
func MonitorStatus(w *Page, s *control.Snapshot) {
	w.Printf("bondctl %s watches %s since %s (process %d).\n", Line(s.Version), Line(s.Document), s.Since.UTC().Format("2006-01-02 15:04:05 UTC"), s.PID)
	for _, text := range s.Degraded {
		w.Printf("Degraded: %s\n", Line(text))
	}
	if len(s.Fallbacks) == 0 {
		w.Println("The document has no fallback: nothing is watched.")
	}
	for i := range s.Fallbacks {
		w.Println()
		fallbackStatus(w, &s.Fallbacks[i], s.Taken)
	}
	queues(w, s)
}

func fallbackStatus(w *Page, f *control.Fallback, now time.Time) {
	w.Println(Line(fallbackName(f) + ": " + carrying(f, now)))
	for _, text := range circumstances(f, now) {
		w.Println("  ", Line(text))
	}
	w.Println()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "  ROUTE\tOVER\tSTATE") // kept until Flush, as is what follows
	for i := range f.Routes {
		r := &f.Routes[i]
		_, _ = fmt.Fprintf(table, "%s %s\t%s\t%s\n", mark(f, r), Line(r.Route), Line(over(r)), Line(routeState(f, r)))
	}
	_ = table.Flush()
	checks(w, f)
}

func fallbackName(f *control.Fallback) string {
	return fmt.Sprintf("Fallback %s (%s)", f.Fallback, f.Family)
}

// carrying says where traffic goes.
func carrying(f *control.Fallback, now time.Time) string {
	switch {
	case f.Active == "":
		return "nothing is known yet."
	case f.AllDown:
		return fmt.Sprintf("no route passes; traffic is left with %s.", f.Active)
	}
	return fmt.Sprintf("traffic goes over %s, for %s.", f.Active, length(now.Sub(f.Since)))
}

// circumstances are what else there is to say of a fallback, a sentence each.
func circumstances(f *control.Fallback, now time.Time) []string {
	var all []string
	if f.Pin != "" {
		all = append(all, "Somebody has chosen "+f.Pin+"; bondctl monitor switch --auto lets the monitor choose again.")
	}
	if !f.Doubt.IsZero() {
		all = append(all, fmt.Sprintf("%s is in doubt, for %s.", f.Active, length(now.Sub(f.Doubt))))
	}
	if f.Activating != "" {
		all = append(all, fmt.Sprintf("%s is being brought up; it has %s left to pass.", f.Activating, length(f.Until.Sub(now))))
	}
	if len(f.Dead) > 0 {
		all = append(all, strings.Join(f.Dead, ", ")+": over no route an answer while others do; left out of the count.")
	}
	return all
}

// mark points at the route that carries traffic.
func mark(f *control.Fallback, r *control.Route) string {
	if r.Route == f.Active {
		return "*"
	}
	return " "
}

// over is the link and the next hop of a route.
func over(r *control.Route) string {
	if r.Gateway == "none" {
		return r.Link
	}
	return r.Link + " via " + r.Gateway
}

// routeState says how a route is, and what keeps traffic from it.
func routeState(f *control.Fallback, r *control.Route) string {
	words := []string{strings.TrimPrefix(r.Text, r.Route+" is ")}
	if r.Status == monitor.Unverified {
		words = []string{"unverified: it has no verifier, and is trusted while its link is up"}
	}
	for _, c := range r.Checks {
		if c.Stale {
			words = append(words, "stale: no clear answer to "+c.Check+" of late"+after(": ", c.Unclear))
		}
	}
	if r.Left > 0 && r.Route != f.Active {
		words = append(words, "held by min_good for "+length(r.Left))
	}
	if r.Flaps > 0 {
		words = append(words, fmt.Sprintf("failed %s of late, so it must be good for %s before traffic returns", plural(r.Flaps, "time"), length(r.Held)))
	}
	return strings.Join(words, "; ")
}

// checks shows the checks of all routes, if there are any.
func checks(w io.Writer, f *control.Fallback) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heading := "\n  ROUTE\tCHECK\tVERDICT\tIN A ROW\tLOSS\tLATENCY\tLAST ANSWERS\n"
	for i := range f.Routes {
		for _, c := range f.Routes[i].Checks {
			_, _ = fmt.Fprintf(table, "%s  %s\t%s\t%s\t%s\t%s\t%s\t%s\n", heading, Line(f.Routes[i].Route), Line(c.Check), c.Verdict, inARow(c), loss(c), latency(c), Line(answers(c)))
			heading = ""
		}
	}
	_ = table.Flush()
}

// inARow says what the last checks in a row came to, and how many decide.
func inARow(c control.Check) string {
	if c.Misses > 0 {
		return fmt.Sprintf("%d missed, %d decide", c.Misses, c.Fall)
	}
	return fmt.Sprintf("%d passed, %d decide", c.Hits, c.Rise)
}

func loss(c control.Check) string {
	if c.Loss == 0 {
		return "-"
	}
	return strconv.Itoa(c.Loss) + " %"
}

func latency(c control.Check) string {
	if c.Latency == 0 {
		return "-"
	}
	return length(c.Latency)
}

// answers are the last ones of all targets.
func answers(c control.Check) string {
	all := make([]string, len(c.Answers))
	for i, a := range c.Answers {
		all[i] = a.Target + " " + answerText(a)
	}
	return cmp.Or(strings.Join(all, ", "), "none yet"+after(", for ", c.Unclear))
}

// after gives a text behind words that lead to it, nothing for none.
func after(words, text string) string {
	if text == "" {
		return ""
	}
	return words + text
}

func answerText(a control.Answer) string {
	switch a.Outcome {
	case monitor.Hit:
		return length(a.Took)
	case monitor.Miss:
		return cmp.Or(a.Said, "missed")
	case monitor.Unclear:
	}
	return "unclear"
}

// queues shows what handlers are still to be told.
func queues(w *Page, s *control.Snapshot) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heading := "\nHANDLER\tWAITING\tOLDEST\tDELIVERED\tLATE\tTRIED AGAIN\tLOST\n"
	for _, h := range s.Handlers {
		oldest := "-"
		if !h.Oldest.IsZero() {
			oldest = length(s.Taken.Sub(h.Oldest)) + " ago"
		}
		_, _ = fmt.Fprintf(table, "%s%s\t%d\t%s\t%d\t%d\t%d\t%d\n", heading, Line(h.Name), h.Waiting, oldest, h.Events("delivered"), h.Events("late"), h.Events("retried"), h.Events("failed")+h.Events("expired")+h.Events("dropped"))
		heading = ""
	}
	_ = table.Flush()
}

// length gives a time as a person reads it: to the second where it is long.
func length(d time.Duration) string {
	switch d = max(d, 0); {
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Microsecond).String()
}
