package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// rendering is what a document comes to with a backend.
type rendering struct {
	*description
	backend *generators.Backend
	// why are the reasons for the backend, where the host gave them.
	why   []string
	files []generators.File
	// lossy is set where the files may say less than the document.
	lossy bool
	// asJSON prints for programs.
	asJSON bool
}

// renderFlags are shared by all commands that render.
type renderFlags struct {
	outputFormat
	backend string
	// lossy renders what the backend can say of the document.
	lossy bool
}

func (f *renderFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.backend, "backend", "b", "", "whose files: "+strings.Join(all.Names(), ", ")+" (default: what the document says, else what the running host tells)")
	cmd.Flags().BoolVar(&f.lossy, "lossy", false, "render also what the backend cannot say all of; what is lost is still shown")
	f.outputFormat.register(cmd)
	completes(cmd.RegisterFlagCompletionFunc("backend", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return backendCompletions(), cobra.ShellCompDirectiveNoFileComp
	}))
}

func backendCompletions() []string {
	var words []string
	for _, b := range all.Backends() {
		words = append(words, b.Name+"\t"+b.Summary)
	}
	return words
}

// render reads, validates and renders the document. Where something is wrong
// it has been shown, and the error only has the exit code.
func (a *app) render(flags renderFlags) (*rendering, error) {
	d, err := a.read()
	if err != nil {
		return nil, err
	}
	r := &rendering{description: d, lossy: flags.lossy, asJSON: flags.asJSON}
	if !d.diags.HasErrors() {
		if r.backend, r.why, err = a.chooseBackend(flags.backend, d); err != nil {
			return nil, err
		}
		r.render()
	}
	return r, a.refuse(r)
}

// render makes the files; what the backend cannot say is among the diagnostics.
func (r *rendering) render() {
	files, diags := r.backend.Render(r.doc)
	if r.lossy {
		diags = asWarnings(diags)
	}
	r.files = files
	r.diags = r.sources.Sorted(append(r.diags, diags...))
}

// refuse shows the diagnostics, and is an error where one of them is.
func (a *app) refuse(r *rendering) error {
	failed := r.diags.HasErrors()
	switch {
	case failed && r.asJSON:
		if err := a.printInvalid(r.description); err != nil {
			return err
		}
	case !r.asJSON:
		a.show(r.description, r.diags)
	}
	if !failed {
		return nil
	}
	if !r.asJSON {
		a.say("%s", r.refusal())
	}
	return exitError{code: codeInvalid}
}

// printInvalid tells a program what is wrong with a document.
func (a *app) printInvalid(d *description) error {
	if _, lines := a.events.(view.ProgramEvents); lines {
		a.event(view.Found(d.sources, d.diags))
		return nil
	}
	return view.JSON(a.out, view.NewValidationJSON(d.sources, d.diags))
}

// refusal is the last line where nothing was rendered.
func (r *rendering) refusal() string {
	if r.backend == nil {
		return verdict(r.description)
	}
	return fmt.Sprintf("%s cannot say all of %s: %s. Nothing was rendered; --lossy renders the rest.",
		r.backend.Name, r.doc.Name, view.Findings(r.diags))
}

// chooseBackend takes the one that the command line names, else the document,
// else what the running host tells.
func (a *app) chooseBackend(flag string, d *description) (*generators.Backend, []string, error) {
	name := flag
	if name == "" {
		name = d.doc.Backend.Or("auto")
	}
	var why []string
	if name == "auto" {
		var err error
		if name, why, err = a.detectBackend(); err != nil {
			return nil, nil, err
		}
	}
	if b, ok := all.Lookup(name); ok {
		return b, why, nil
	}
	return nil, nil, errors.New(unknown("backend", name, all.Names()))
}

// detectBackend asks the running host which network system is in force.
func (a *app) detectBackend() (string, []string, error) {
	if !a.live {
		return "", nil, fmt.Errorf("which backend? Only plan and apply of the running host look at it: give --backend, or set backend in the document, to one of %s",
			strings.Join(all.Names(), ", "))
	}
	verdict, err := manager.Decide(a.facts())
	return verdict.Backend, verdict.Reasons, err
}

// asWarnings lets pass what would be refused.
func asWarnings(diags hcl.Diagnostics) hcl.Diagnostics { return with(diags, hcl.DiagWarning) }

// asErrors refuses what would pass with a warning.
func asErrors(diags hcl.Diagnostics) hcl.Diagnostics { return with(diags, hcl.DiagError) }

func with(diags hcl.Diagnostics, severity hcl.DiagnosticSeverity) hcl.Diagnostics {
	changed := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		same := *d
		same.Severity = severity
		changed[i] = &same
	}
	return changed
}

// mask hides the secrets in the files.
func (r *rendering) mask() *view.Mask {
	return &view.Mask{Find: all.Secret, Redactor: view.NewRedactor(r.doc.Secrets())}
}
