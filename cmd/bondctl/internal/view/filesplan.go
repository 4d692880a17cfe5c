package view

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// FilesPlan shows what is going to change below a root.
type FilesPlan struct {
	Backend, Root string
	Mask          *Mask
	Style         Style
	// TakesOver is whether files of others may be changed.
	TakesOver bool
	// Forecasts is how soon each fallback moves, for programs.
	Forecasts []monitor.Forecast
}

// sign and color mark an action.
func sign(action plan.Action) (mark, color string) {
	switch action {
	case plan.Create:
		return "+", green
	case plan.Remove:
		return "-", red
	case plan.Replace, plan.Chmod:
		return "~", yellow
	case plan.Keep:
	}
	return " ", ""
}

// Write shows each changing step with its diff, and the sum of them.
func (v FilesPlan) Write(w *Page, p plan.Files) {
	if len(p.Changing()) == 0 {
		w.Printf("Nothing to do: %s of %s below %s %s as described.\n", plural(len(p.Steps), "file"), v.Backend, v.Root, areOrIs(len(p.Steps)))
		return
	}
	v.files(w, p)
	w.Printf("Plan: %s.\n", Sum(p))
	w.Println("Traffic notices nothing: these are files, and no running system is told to read them.")
}

// files shows each changing step with its diff.
func (v FilesPlan) files(w *Page, p plan.Files) {
	w.Printf("What %s becomes%s:\n\n", v.Backend, v.below())
	for _, step := range p.Changing() {
		v.step(w, step)
	}
	w.Println()
	for _, step := range p.Changing() {
		v.diff(w, step)
	}
}

// below names the root unless it is the host's own.
func (v FilesPlan) below() string {
	if v.Root == "" {
		return ""
	}
	return " below " + v.Root
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (v FilesPlan) step(w *Page, step plan.Step) {
	mark, color := sign(step.Action)
	w.Printf("  %s %-7s %s (%s)\n", v.Style.paint(color, mark), step.Action, step.Path, modes(step))
	if step.Foreign {
		w.Printf("            %s\n", v.Style.paint(yellow, "bondctl did not write what is there; "+v.leave()))
	}
}

// leave says what becomes of the files of others.
func (v FilesPlan) leave() string {
	if v.TakesOver {
		return "it is kept for the way back"
	}
	return "to replace it, apply asks for --take-over"
}

// modes writes a step's mode, or both where it changes.
func modes(step plan.Step) string {
	switch {
	case step.New == nil:
		return octal(step.Old)
	case step.Old == nil || step.Old.Mode == step.New.Mode:
		return octal(step.New)
	}
	return octal(step.Old) + " -> " + octal(step.New)
}

func octal(f *plan.File) string { return fmt.Sprintf("%04o", f.Mode) }

// diff shows how a file's content changes, if it does.
func (v FilesPlan) diff(w *Page, step plan.Step) {
	if d := v.diffOf(step); d.Old != d.Fresh {
		d.Write(w, v.Style)
		w.Println()
	}
}

func (v FilesPlan) diffOf(step plan.Step) Diff {
	d := Diff{From: "/dev/null", To: "/dev/null"}
	if step.Old != nil {
		d.From, d.Old = v.Root+step.Path, v.Mask.Text(step.Old.Content)
	}
	if step.New != nil {
		d.To, d.Fresh = v.Root+step.Path, v.Mask.Text(step.New.Content)
	}
	return d
}

// Sum counts the steps of a plan: "1 to create, 2 to remove; 3 stay as they are".
func Sum(p plan.Files) string {
	var parts []string
	for _, action := range plan.Actions() {
		if n := p.Count(action); n > 0 && action != plan.Keep {
			parts = append(parts, fmt.Sprintf("%d to %s", n, action))
		}
	}
	if n := p.Count(plan.Keep); n > 0 {
		parts = append(parts, fmt.Sprintf("%d to keep", n))
	}
	return strings.Join(parts, ", ")
}

// Check shows how golden files differ from those that would be rendered.
func (v FilesPlan) Check(w *Page, p plan.Files) {
	for _, step := range p.Changing() {
		w.Printf("%s: %s\n", step.Path, v.Style.paint(red, fault(step)))
		if step.Action == plan.Replace {
			d := v.diffOf(step)
			d.To = "rendered from the document"
			d.Write(w, v.Style)
			w.Println()
		}
	}
	if n := len(p.Changing()); n > 0 {
		w.Printf("%s in %s: %s.\n", plural(n, "difference"), v.Root, faults(p))
		return
	}
	w.Printf("%s in %s %s as %s renders.\n", plural(len(p.Steps), "file"), v.Root, areOrIs(len(p.Steps)), v.Backend)
}

// fault says what is wrong with a golden file.
func fault(step plan.Step) string {
	switch step.Action {
	case plan.Create:
		return "missing"
	case plan.Remove:
		return "left over"
	case plan.Chmod:
		return "mode is " + octal(step.Old) + ", not " + octal(step.New)
	case plan.Replace:
		if step.Old.Mode != step.New.Mode {
			return "differs, and its mode is " + octal(step.Old) + ", not " + octal(step.New)
		}
		return "differs"
	case plan.Keep:
	}
	return "is as rendered"
}

func faults(p plan.Files) string {
	words := map[plan.Action]string{
		plan.Create: "missing", plan.Replace: "different", plan.Chmod: "of another mode", plan.Remove: "left over", plan.Keep: "right",
	}
	var parts []string
	for _, action := range plan.Actions() {
		if n := p.Count(action); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words[action]))
		}
	}
	return strings.Join(parts, ", ")
}

// PlanJSON is what plan, apply, and generate with --out or --check print with --json.
type PlanJSON struct {
	FormatVersion string           `json:"format_version"`
	Backend       string           `json:"backend"`
	Root          string           `json:"root"`
	Changes       bool             `json:"changes"`
	Steps         []stepJSON       `json:"steps"`
	Summary       summaryJSON      `json:"summary"`
	Backup        string           `json:"backup,omitempty"`
	Fallbacks     []forecastJSON   `json:"fallbacks,omitempty"`
	Diagnostics   []DiagnosticJSON `json:"diagnostics"`
}

// stepJSON is what becomes of one file; its diff has no secrets.
type stepJSON struct {
	Action     string `json:"action"`
	Path       string `json:"path"`
	ModeBefore string `json:"mode_before,omitempty"`
	ModeAfter  string `json:"mode_after,omitempty"`
	Foreign    bool   `json:"foreign,omitempty"`
	Effect     string `json:"effect"`
	Diff       string `json:"diff,omitempty"`
}

type summaryJSON struct {
	Create  int `json:"create"`
	Replace int `json:"replace"`
	Chmod   int `json:"chmod"`
	Remove  int `json:"remove"`
	Keep    int `json:"keep"`
}

// JSON shows a plan to a program.
func (v FilesPlan) JSON(p plan.Files, sources *Sources, diags hcl.Diagnostics) PlanJSON {
	steps := make([]stepJSON, len(p.Steps))
	for i, step := range p.Steps {
		steps[i] = v.stepJSON(step)
	}
	return PlanJSON{
		FormatVersion: FormatVersion, Backend: v.Backend, Root: v.Root, Changes: len(p.Changing()) > 0, Steps: steps,
		Summary: summaryJSON{
			Create: p.Count(plan.Create), Replace: p.Count(plan.Replace), Chmod: p.Count(plan.Chmod),
			Remove: p.Count(plan.Remove), Keep: p.Count(plan.Keep),
		},
		Fallbacks: forecastsJSON(v.Forecasts), Diagnostics: DiagnosticsJSON(sources, diags),
	}
}

func (v FilesPlan) stepJSON(step plan.Step) stepJSON {
	shown := stepJSON{Action: step.Action.String(), Path: step.Path, Foreign: step.Foreign, Effect: string(step.Effect)}
	if step.Old != nil {
		shown.ModeBefore = octal(step.Old)
	}
	if step.New != nil {
		shown.ModeAfter = octal(step.New)
	}
	if d := v.diffOf(step); d.Old != d.Fresh {
		var text bytes.Buffer
		w := NewPage(&text)
		d.Write(w, Style{})
		_ = w.Flush() // a bytes.Buffer takes everything
		shown.Diff = text.String()
	}
	return shown
}

// Written lists what was done to each file.
func Written(w *Page, p plan.Files, dir string) {
	for _, step := range p.Changing() {
		mode := ""
		if step.New != nil {
			mode = " (" + octal(step.New) + ")"
		}
		w.Printf("%s %s%s\n", past(step.Action), step.Path, mode)
	}
	w.Printf("%s below %s: %d written, %d removed, %d as they were.\n", plural(len(p.Steps), "file"), dir,
		p.Count(plan.Create)+p.Count(plan.Replace)+p.Count(plan.Chmod), p.Count(plan.Remove), p.Count(plan.Keep))
}

func past(action plan.Action) string {
	return [...]string{"kept", "created", "replaced", "changed mode of", "removed"}[action]
}
