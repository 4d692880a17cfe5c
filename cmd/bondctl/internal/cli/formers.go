package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// former is a network system that has had links of the plan so far, and has them
// no more.
type former struct {
	backend string
	// manager is nil where nothing runs that takes up the files.
	manager manager.Leader
	// links are those that it has had.
	links []string
	// files are those of others for it that are edited or go.
	files []string
	// own are bondctl's files for it, which go, and doc is what they describe, nil
	// where there are none.
	own []plan.Observed
	doc *schema.Document
	// known is what its manager knew, of a transaction that is undone.
	known []byte
}

// companion is the backend of files that others need beside their own.
const companion = "modprobe"

// findFormers finds the systems other than the document's for which bondctl has
// made files that describe its links.
func (l *live) findFormers(root string) error {
	want := plan.Desired(l.doc)
	for _, b := range all.Backends() {
		if b.Name == l.backend.Name || b.Name == companion {
			continue
		}
		own, err := l.ownFiles(b, l.renders)
		if errors.Is(err, fs.ErrPermission) {
			continue // that files were not compared is told
		}
		if err != nil {
			return err
		}
		doc, _ := b.Parse(readable(own)) // what a document cannot say is no matter here
		f := former{backend: b.Name, own: own, doc: doc, links: namesOfLinks(plan.Desired(doc))}
		if !slices.ContainsFunc(f.links, want.Describes) {
			continue
		}
		if l.facts.TakesUp(b.Name) {
			f.manager, err = manager.For(b.Name, root)
		}
		if err != nil {
			return err
		}
		l.formers = append(l.formers, f)
	}
	return nil
}

// renders tells whether a path is one of the document's files.
func (l *live) renders(file string) bool {
	return slices.ContainsFunc(l.files, func(f generators.File) bool { return f.Path == file })
}

// ownFiles are the files on the host that bondctl made for a backend, but for
// those to be left out.
func (l *live) ownFiles(b *generators.Backend, without func(file string) bool) ([]plan.Observed, error) {
	other := target{dir: l.dir, root: l.root, rendering: &rendering{description: l.description, backend: b}}
	return other.observe(func(f hostfs.File) bool { return generators.IsOurs(f.Content) && !without(f.Path) })
}

// readable gives observed files as readers take them.
func readable(observed []plan.Observed) []generators.File {
	var files []generators.File
	for _, f := range observed {
		files = append(files, generators.File{Path: f.Path, Mode: f.Mode, Content: f.Content})
	}
	return files
}

func namesOfLinks(w *plan.Wanted) []string {
	var names []string
	for _, link := range w.Links {
		names = append(names, link.Name)
	}
	return names
}

// running are those formers that run.
func (l *live) running() []former {
	return slices.DeleteFunc(slices.Clone(l.formers), func(f former) bool { return f.manager == nil })
}

// managers are the document's own, and those that have had links so far.
func (l *live) managers() []manager.Leader {
	list := []manager.Leader{l.manager}
	for _, f := range l.running() {
		list = append(list, f.manager)
	}
	return list
}

// taken are the links that another system has had so far.
func (l *live) taken() []string {
	var links []string
	for _, f := range l.running() {
		links = append(links, f.links...)
	}
	slices.Sort(links)
	return slices.Compact(links)
}

// handedOver puts around the changes what the systems do that have had the links.
func (l *live) handedOver(s manager.Situation, changes []plan.Change) []plan.Change {
	for _, f := range l.running() {
		first, last := manager.HandOver(s, f.manager, l.manager, f.links, f.files)
		changes = slices.Concat(first, changes, last)
	}
	return changes
}

// letGo has the systems let links go that have had them, makes the links at once
// again what they were, should they have lost something, and their addresses what
// any other system has.
func (l *live) letGo(ctx context.Context, k kernel.Kernel, c plan.Change) error {
	for _, f := range l.running() {
		if f.manager.Name() != c.By || !slices.Equal(f.links, c.Links) {
			continue
		}
		if err := f.manager.LetGo(ctx, c.Links); err != nil {
			return fmt.Errorf("%s: %w", c.By, err)
		}
		if err := apply.Restore(ctx, k, plan.Before(l.state, c.Links), func(plan.Change) {}); err != nil {
			return err
		}
		return apply.Plain(k, c.Links)
	}
	return nil
}

// endProgram has a program end that ran for a link, as another system does from now
// on. It may take the link down, which is made at once again what it was, with the
// others of its bond.
func (l *live) endProgram(ctx context.Context, k kernel.Kernel, c plan.Change) error {
	for _, f := range l.running() {
		if !slices.Contains(f.links, c.Link) {
			continue
		}
		if err := f.manager.Carry(ctx, c); err != nil {
			return err
		}
		if err := apply.Restore(ctx, k, plan.Before(l.state, f.links), func(plan.Change) {}); err != nil {
			return err
		}
	}
	return nil
}

// prepare has the systems make of the files what they read.
func (l *live) prepare(ctx context.Context) error {
	for _, f := range l.running() {
		if err := f.manager.Prepare(ctx); err != nil {
			return err
		}
	}
	return l.manager.Prepare(ctx)
}

// formerBackends names those of the systems that have had links.
func (l *live) formerBackends() []string {
	var names []string
	for _, f := range l.running() {
		if f.backend != l.backend.Name {
			names = append(names, f.backend)
		}
	}
	return names
}

// managerNames are the names of the managers, by their backends.
func (l *live) managerNames() map[string]string {
	names := map[string]string{}
	for _, f := range l.running() {
		names[f.backend] = f.manager.Name()
	}
	names[l.backend.Name] = l.manager.Name()
	return names
}

// managerOf gives the manager that took up the files of a backend when a transaction
// began; of one that does not say, the one that would now.
func (a *app) managerOf(t *checkpoint.Transaction, backend string) (manager.Leader, error) {
	if name, ok := t.Journal().Managers[backend]; ok {
		return manager.Named(name, backend, a.env.Root)
	}
	return manager.For(backend, a.env.Root)
}

// formerBlob is what is put beside a journal of what the manager of a former backend knew.
func formerBlob(backend string) string { return "manager-" + backend + ".json" }

// rememberFormers puts that beside the journal.
func (l *live) rememberFormers(t *checkpoint.Transaction) error {
	for _, f := range l.running() {
		known, err := f.manager.Remember(t.Journal().Links)
		if err == nil {
			err = t.Put(formerBlob(f.backend), known)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// formersOf reads it.
func (a *app) formersOf(t *checkpoint.Transaction) ([]former, error) {
	var formers []former
	for _, backend := range t.Journal().Formers {
		f := former{backend: backend, links: t.Journal().Links}
		var err error
		if f.manager, err = a.managerOf(t, backend); err == nil {
			f.known, err = t.Get(formerBlob(backend))
		}
		if err != nil {
			return formers, err
		}
		formers = append(formers, f)
	}
	return formers, nil
}

// withoutTwice keeps the first of files that have the same path.
func withoutTwice(files []plan.Observed) []plan.Observed {
	slices.SortStableFunc(files, func(a, b plan.Observed) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(files, func(a, b plan.Observed) bool { return a.Path == b.Path })
}
