package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// live is the running host: its files, and its kernel as it was observed.
type live struct {
	*target
	state *kernel.State
}

// openLive looks at the running host.
func (a *app) openLive(r *rendering) (*live, error) {
	t, err := openTarget(a.env.Root, r)
	if err != nil {
		return nil, err
	}
	l := &live{target: t}
	if l.state, err = a.observe(); err != nil {
		t.close()
		return nil, err
	}
	return l, nil
}

// observe reads the state of the kernel, which needs no privilege.
func (a *app) observe() (*kernel.State, error) {
	k, err := a.env.Kernel()
	if err != nil {
		return nil, err
	}
	defer k.Close()
	return k.Observe()
}

// plan compares the host with the document. Problems are diagnostics with
// their place in it. Files that only root may read are left out, with a warning.
func (l *live) plan() (plan.Plan, hcl.Diagnostics, error) {
	files, err := l.target.plan()
	if errors.Is(err, fs.ErrPermission) {
		l.diags = append(l.diags, filesUnseen(err))
	} else if err != nil {
		return plan.Plan{}, nil, err
	}
	files = files.IgnoringOrigin()
	links, problems := plan.Network(l.wanted(files), l.state)
	drift, _ := plan.Network(plan.Desired(l.earlier(files)), l.state)
	return plan.Plan{Files: files, Links: links, Drift: drift}, diagnosticsOf(problems), nil
}

// wanted is what the document wants of the links, and that those go which only
// bondctl's own files on the host describe.
func (l *live) wanted(files plan.Files) *plan.Wanted {
	return plan.Desired(l.sayable()).InsteadOf(plan.Desired(l.earlier(files)))
}

// sayable is the document, or with --lossy what the files say of it: what they
// cannot say would be gone with the next boot.
func (l *live) sayable() *schema.Document {
	if !l.lossy {
		return l.doc
	}
	doc, _ := l.backend.Parse(l.files) // the losses have been shown
	return doc
}

// earlier is the document that bondctl's own files on the host describe.
func (l *live) earlier(files plan.Files) *schema.Document {
	var ours []generators.File
	for _, step := range files.Steps {
		if step.Old != nil && generators.IsOurs(step.Old.Content) {
			ours = append(ours, generators.File{Path: step.Path, Mode: step.Old.Mode, Content: step.Old.Content})
		}
	}
	doc, _ := l.backend.Parse(ours) // what a document cannot say is no drift
	return doc
}

func filesUnseen(err error) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "Files not compared",
		Detail: fmt.Sprintf("%v. What becomes of the files, and what was changed outside bondctl, only root can see.", err),
	}
}

func diagnosticsOf(problems []plan.Problem) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range problems {
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: p.Summary, Detail: p.Detail}
		if p.Range != (hcl.Range{}) {
			d.Subject = &p.Range
		}
		diags = append(diags, d)
	}
	return diags
}

// planLive shows what apply would change on the running host.
func (a *app) planLive(flags planFlags) error {
	a.live = true
	r, err := a.render(flags.renderFlags)
	if err != nil {
		return err
	}
	l, err := a.openLive(r)
	if err != nil {
		return err
	}
	defer l.close()
	p, problems, err := l.plan()
	if err != nil {
		return err
	}
	if err := a.showUnread(l.target); err != nil {
		return err
	}
	if err := a.showProblems(l, problems); err != nil {
		return err
	}
	if err := a.showLive(l, p); err != nil {
		return err
	}
	if flags.detailed && !p.IsEmpty() {
		return exitError{code: codeDifferences}
	}
	return nil
}

// showProblems shows what on the host stands in the way, and is an error then.
func (a *app) showProblems(l *live, problems hcl.Diagnostics) error {
	if len(problems) == 0 {
		return nil
	}
	if l.asJSON {
		if err := view.JSON(a.out, view.NewValidationJSON(l.sources, append(l.diags, problems...))); err != nil {
			return err
		}
		return exitError{code: codeError}
	}
	a.show(l.description, problems)
	return exitError{code: codeError, cause: errors.New("the document does not fit this host; nothing was changed")}
}

func (a *app) showLive(l *live, p plan.Plan) error {
	if l.asJSON {
		return view.JSON(a.out, l.planView(view.Style{}).JSON(p, l.sources, l.diags))
	}
	l.planView(a.outStyle()).Write(a.out, p)
	return nil
}

func (l *live) planView(style view.Style) view.Plan {
	return view.Plan{FilesPlan: l.view(style)}
}
