package view

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// megabyte is that of those who sell traffic, in bytes.
const megabyte = 1e6

// Forecasts shows how soon each fallback moves, and what probing costs.
func Forecasts(w *Page, all []monitor.Forecast) {
	for _, f := range all {
		w.Printf("\nFallback %s (%s), as bondctl monitor watches it, at most:\n\n", Line(f.Fallback), f.Family)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "  ROUTE\tDEAD PATH NOTICED\tTRAFFIC MOVED\tBACK AFTER REPAIR\tMB A MONTH, CARRYING\tSTANDING BY") // kept until Flush, as is what follows
		for _, r := range f.Routes {
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\n", Line(r.Route), noticed(r), moved(r), back(f, r), megabytes(r, r.Carrying), megabytes(r, r.StandingBy))
		}
		_ = table.Flush()
	}
	if len(all) > 0 {
		w.Print("\n", wrap("A cable that is pulled is noticed at once. Traffic is that of IP packets both ways; pages that are fetched come on top.", ""))
	}
}

func noticed(r monitor.RouteForecast) string {
	if !r.Verified {
		return "never, no verifier"
	}
	return r.Noticed.String()
}

func moved(r monitor.RouteForecast) string {
	switch {
	case r.Next == "":
		return "never, no other route"
	case !r.Verified:
		return "never"
	case r.Activation > 0:
		return fmt.Sprintf("%s, and %s to set up %s", r.Moved, r.Activation, Line(r.Next))
	}
	return r.Moved.String() + ", to " + Line(r.Next)
}

func back(f monitor.Forecast, r monitor.RouteForecast) string {
	switch {
	case r.Returned == 0:
		return "-"
	case f.ByHand:
		return "by hand"
	}
	return r.Returned.Round(time.Millisecond).String()
}

func megabytes(r monitor.RouteForecast, bytes int64) string {
	text := strconv.FormatFloat(float64(bytes)/megabyte, 'f', 1, 64)
	if r.Programs {
		return strings.TrimPrefix(text+" and what programs use", "0.0 and ")
	}
	return text
}

// forecastJSON is how soon a fallback moves. Times are in milliseconds.
type forecastJSON struct {
	Fallback string              `json:"fallback"`
	Family   string              `json:"family"`
	Routes   []routeForecastJSON `json:"routes"`
}

type routeForecastJSON struct {
	Route    string `json:"route"`
	Verified bool   `json:"verified"`
	Noticed  int64  `json:"noticed_within_ms,omitzero"`
	Moved    int64  `json:"moved_within_ms,omitzero"`
	Next     string `json:"next,omitzero"`
	// Activation comes on top of Moved where somebody has to bring Next up.
	Activation int64 `json:"activation_within_ms,omitzero"`
	Returned   int64 `json:"returned_within_ms,omitzero"`
	// Carrying and StandingBy are bytes in 30 days.
	Carrying   int64 `json:"carrying_bytes_a_month"`
	StandingBy int64 `json:"standing_by_bytes_a_month"`
	// Programs is set where programs use what is not counted.
	Programs bool `json:"programs"`
}

func forecastsJSON(all []monitor.Forecast) []forecastJSON {
	shown := make([]forecastJSON, len(all))
	for i, f := range all {
		shown[i] = forecastJSON{Fallback: f.Fallback, Family: f.Family.String(), Routes: make([]routeForecastJSON, len(f.Routes))}
		for j, r := range f.Routes {
			shown[i].Routes[j] = routeForecastJSON{
				Route: r.Route, Verified: r.Verified, Noticed: r.Noticed.Milliseconds(), Moved: r.Moved.Milliseconds(), Next: r.Next,
				Activation: r.Activation.Milliseconds(), Carrying: r.Carrying, StandingBy: r.StandingBy, Programs: r.Programs,
			}
			if !f.ByHand {
				shown[i].Routes[j].Returned = r.Returned.Milliseconds()
			}
		}
	}
	return shown
}
