package view

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Plan shows what is going to change on the live host.
type Plan struct {
	FilesPlan
	// Why says how the backend was found, a line for each reason.
	Why     []string
	Session Session
	// Claims are what else configures the links, a line for each.
	Claims []string
	// Offers are what --take-over does to files of others, a line for each.
	Offers []string
	// Stations are the Wi-Fi links, with what they have joined.
	Stations []kernel.Station
	// Asked are the guard's verifiers, a line for each.
	Asked []string
}

// Write shows the session's path, the backend, what others did, the files and
// the links.
func (v Plan) Write(w *Page, p plan.Plan) {
	v.Session.write(w, v.Style, p)
	v.backend(w)
	v.foreign(w, p.Foreign)
	v.drift(w, p.Drift)
	list(w, "Changed outside bondctl, in the way of what its files say:", obstacles(p))
	v.edited(w, p.Edited)
	list(w, "Also configured elsewhere:", v.Claims)
	list(w, v.offersTitle(), v.Offers)
	list(w, "Wi-Fi now:", stationLines(v.Stations))
	switch {
	case p.IsEmpty() && p.Unseen:
		w.Println("Nothing to do in the running kernel; the files were not compared.")
		return
	case p.IsEmpty():
		w.Printf("Nothing to do: the files of %s and the running kernel are as described.\n", v.Backend)
		return
	}
	if len(p.Files.Changing()) > 0 {
		v.files(w, p.Files)
	}
	if len(p.Links) > 0 {
		w.Print("Links, in this order:\n\n")
		changes(w, v.Style, p.Links)
		w.Println()
	}
	list(w, "Asked before the change and after it; what holds before must hold after, or all is rolled back:", v.Asked)
	w.Printf("Plan: %s.\n", v.sum(p))
	w.Println(traffic(p))
}

func (v Plan) backend(w *Page) {
	if len(v.Why) > 0 {
		list(w, "Backend "+v.Backend+", because", v.Why)
	}
}

// foreign names the bonds that apply leaves alone unless it is told otherwise.
func (v Plan) foreign(w *Page, bonds []string) {
	if len(bonds) == 0 {
		return
	}
	text := "Somebody else made " + strings.Join(bonds, ", ") + ": no file of bondctl's describes it. To change it, apply asks for --take-over."
	w.Print(v.Style.paint(yellow, wrap(printable(text), "")), "\n")
}

// drift shows what differs from bondctl's own files already.
func (v Plan) drift(w *Page, drift []plan.Change) {
	if len(drift) == 0 {
		return
	}
	w.Print("Changed outside bondctl; to go back would be to\n\n")
	changes(w, v.Style, drift)
	w.Println()
}

// obstacles has a line for each.
func obstacles(p plan.Plan) []string {
	var lines []string
	for _, o := range p.Obstacles {
		lines = append(lines, o.Summary+": "+o.Detail)
	}
	return lines
}

// edited names bondctl's own files that are no longer what it applied.
func (v Plan) edited(w *Page, paths []string) {
	if len(paths) == 0 {
		return
	}
	text := "Edited since bondctl applied it: " + strings.Join(paths, ", ") + ". Whether the running kernel was changed outside bondctl cannot be told from that."
	w.Print(v.Style.paint(yellow, wrap(printable(text), "")), "\n")
}

// list shows lines below a title, if there are any.
func list(w *Page, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.Println(title)
	for _, line := range lines {
		w.Print(wrap(printable(line), "    "))
	}
	w.Println()
}

func (v Plan) offersTitle() string {
	if v.TakesOver {
		return "Taken over from others, and given back by a rollback or bondctl release --restore:"
	}
	return "What would configure the links beside bondctl's files; with --take-over:"
}

func (v Plan) sum(p plan.Plan) string {
	var parts []string
	if len(p.Files.Changing()) > 0 {
		parts = append(parts, "files: "+Sum(p.Files))
	}
	if n := len(p.Links); n > 0 {
		parts = append(parts, plural(n, "change")+" of links")
	}
	return strings.Join(parts, "; ")
}

// traffic says the worst that traffic notices.
func traffic(p plan.Plan) string {
	switch worst := plan.Worst(p.Links); {
	case worst == plan.None:
		return "Traffic notices nothing."
	case worst == plan.InPlace:
		return "Traffic goes on: everything is changed in place."
	case worst.Rerouted() != "":
		return "Traffic goes on, but some of it another way: " + worst.Rerouted() + ", which is not described, loses a route to another link."
	case worst == plan.BondDown:
		return "Traffic stops for a moment: a bond is down or without slaves."
	case worst == plan.Recreated:
		return "Traffic stops: a link is deleted, or made anew."
	default:
		return "Traffic goes on over the other slaves while one " + strings.Replace(string(worst), "bounces", "is down:", 1) + "."
	}
}

// LivePlanJSON is what plan prints of the live host with --json.
type LivePlanJSON struct {
	PlanJSON
	Why     []string    `json:"backend_reasons"`
	Session sessionJSON `json:"session"`
	Claims  []string    `json:"claims"`
	// Offers are what --take-over does to files of others.
	Offers    []string `json:"take_over"`
	TakesOver bool     `json:"takes_over"`
	Foreign   []string `json:"foreign_bonds"`
	// Stations are the document's Wi-Fi links.
	Stations []stationJSON `json:"stations"`
	Asked    []string      `json:"guard_verifiers"`
	Drift    []changeJSON  `json:"drift"`
	// Obstacles keep the kernel from what bondctl's own files say.
	Obstacles []string `json:"drift_obstacles"`
	// Edited are bondctl's own files that somebody has changed since it applied them.
	Edited []string     `json:"edited_files"`
	Links  []changeJSON `json:"links"`
	Worst  string       `json:"worst_effect"`
}

// JSON shows a plan of the live host to a program.
func (v Plan) JSON(p plan.Plan, sources *Sources, diags hcl.Diagnostics) LivePlanJSON {
	shown := LivePlanJSON{
		PlanJSON: v.FilesPlan.JSON(p.Files, sources, diags), Why: nonNil(v.Why), Claims: nonNil(v.Claims), Offers: nonNil(v.Offers), TakesOver: v.TakesOver, Stations: stationsJSON(v.Stations), Asked: nonNil(v.Asked),
		Foreign: nonNil(p.Foreign), Drift: changesJSON(p.Drift), Obstacles: nonNil(obstacles(p)), Edited: nonNil(p.Edited), Links: changesJSON(p.Links), Worst: string(plan.Worst(p.Links)),
	}
	shown.Changes = !p.IsEmpty()
	shown.Session = v.Session.json(p)
	return shown
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
