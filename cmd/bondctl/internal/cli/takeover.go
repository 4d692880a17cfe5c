package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// takeover is what becomes of files of others, so that they leave the plan's links
// alone.
type takeover struct {
	edit generators.Edit
	// backend is whose file it is.
	backend *generators.Backend
	old     *plan.File
}

// isOurs tells whether the file is one by which bondctl tells a network system to
// leave links alone, and not one of somebody else's.
func (t takeover) isOurs() bool {
	return t.edit.Tells
}

// step is what the plan does with the file.
func (t takeover) step() plan.Step {
	step := t.change()
	step.Foreign = t.old != nil && (!t.isOurs() || !generators.Tells(t.old.Content))
	return step
}

func (t takeover) change() plan.Step {
	if t.edit.Content == nil {
		return plan.Step{Action: plan.Remove, Path: t.edit.Path, Old: t.old, Effect: plan.None}
	}
	file := generators.File{Path: t.edit.Path, Mode: t.edit.Mode, Content: t.edit.Content}
	if file.Mode == 0 {
		file.Mode = generators.Public
	}
	if t.old == nil {
		return plan.StepTo(file, nil)
	}
	file.Mode = t.old.Mode
	return plan.StepTo(file, &plan.Observed{Path: t.edit.Path, File: *t.old})
}

// findTakeovers finds out what would have to become of the configuration that
// network systems of this host have for the plan's links beside bondctl's files.
func (l *live) findTakeovers(root string) error {
	links := namesOfLinks(plan.Desired(l.doc))
	if len(links) == 0 {
		return nil
	}
	for _, b := range all.Backends() {
		if b.Name != l.backend.Name && !l.facts.TakesUp(b.Name) && !l.needs(b) {
			continue
		}
		l.asked = append(l.asked, b.Name)
		found := configfiles.Read(l.root.FS(), b)
		edits, diags := b.TakeOver(found.Files, generators.Taking{Links: links, Own: l.caresFor(b, root)})
		for _, edit := range edits {
			if err := l.addTakeover(b, edit); err != nil {
				return err
			}
		}
		for _, d := range diags {
			if d.Severity == hcl.DiagError {
				l.untakeable = append(l.untakeable, d)
			}
		}
	}
	return nil
}

// needs tells whether bonds are what the files of a companion are about.
func (l *live) needs(b *generators.Backend) bool {
	return b.Name == companion && l.takeOver && len(l.doc.Bonds) > 0
}

// caresFor tells whether what takes up a backend's files shall have the links: it
// can take up those of several.
func (l *live) caresFor(b *generators.Backend, root string) bool {
	if b.Name == l.backend.Name || l.manager == nil {
		return b.Name == l.backend.Name
	}
	m, err := manager.For(b.Name, root)
	return err == nil && m.Name() == l.manager.Name()
}

func (l *live) addTakeover(b *generators.Backend, edit generators.Edit) error {
	known := slices.ContainsFunc(l.takeovers, func(t takeover) bool { return t.edit.Path == edit.Path })
	if known || l.renders(edit.Path) {
		return nil
	}
	t := takeover{edit: edit, backend: b}
	old, exists, err := l.root.Read(edit.Path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil // that files were not compared is told
	case err != nil:
		return err
	case exists && edit.Content != nil && bytes.Equal(old.Content, edit.Content):
		return nil
	case exists:
		t.old = &plan.File{Mode: old.Mode.Perm(), Content: old.Content}
	case edit.Content == nil:
		return nil
	}
	l.takeovers = append(l.takeovers, t)
	if l.takeOver && edit.Path == l.backend.Entry && edit.Content != nil {
		l.entry = &generators.File{Path: edit.Path, Content: edit.Content}
	}
	return nil
}

// taking are those takeovers that the plan has: all of them where that was asked
// for; bondctl's own files also where links go from one system to another.
func (l *live) taking() []takeover {
	return slices.DeleteFunc(slices.Clone(l.takeovers), func(t takeover) bool {
		own := t.isOurs() && (len(l.running()) > 0 || t.old != nil)
		return !l.takeOver && !own
	})
}

// takenOver adds the takeovers to what becomes of files.
func (l *live) takenOver(files plan.Files) plan.Files {
	for _, t := range l.taking() {
		files = files.With(t.step())
	}
	return files
}

// addFormers adds the network systems whose configuration is taken over to those
// that have had the links.
func (l *live) addFormers(root string) error {
	for _, t := range l.taking() {
		i := slices.IndexFunc(l.formers, func(f former) bool { return f.backend == t.backend.Name })
		if i < 0 {
			if t.isOurs() || !l.facts.TakesUp(t.backend.Name) {
				continue
			}
			m, err := manager.For(t.backend.Name, root)
			if err != nil {
				return err
			}
			l.formers = append(l.formers, former{backend: t.backend.Name, manager: m})
			i = len(l.formers) - 1
		}
		f := &l.formers[i]
		f.files = append(f.files, t.edit.Path)
		f.links = append(f.links, t.edit.Links...)
		slices.Sort(f.links)
		f.links = slices.Compact(f.links)
	}
	return nil
}

// offers says what --take-over does to the files of others, or would do.
func (l *live) offers() []string {
	var said []string
	for _, t := range l.takeovers {
		if !t.isOurs() || slices.ContainsFunc(l.taking(), func(u takeover) bool { return u.edit.Path == t.edit.Path }) {
			said = append(said, fmt.Sprintf("%s (%s): %s", t.edit.Path, strings.Join(t.edit.Links, ", "), t.edit.How))
		}
	}
	for _, d := range l.untakeable {
		said = append(said, fmt.Sprintf("%s:%d stays: %s. %s", d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail))
	}
	return said
}

// canTakeOver refuses to take links over that something would go on to configure.
func (c *change) canTakeOver() error {
	host := c.aim.host()
	if !host.takeOver || len(host.untakeable) == 0 {
		return nil
	}
	return fmt.Errorf("--take-over cannot take everything over; nothing was changed: %w", host.untakeable)
}
