package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// revert undoes a transaction that was confirmed: a change of its own, with a
// plan, a guard and a window, that leads to what was there before.
func (a *app) revert(store *checkpoint.Store, id string, flags changeFlags) error {
	a.live = true
	c := &change{app: a, changeFlags: flags, store: store}
	return c.run("going back to before "+id, func() (aim, error) { return a.openEarlier(store, id, flags.via) })
}

// earlier is the aim of a host as it was before a transaction.
type earlier struct {
	*live
	links []string
	// before is the kernel as it was, saved the files, and known what the
	// manager knew; touched are the paths of all files, also of those that were not there.
	before  *kernel.State
	saved   []generators.File
	known   []byte
	touched []string
	// had are the managers that had the links before, where it was not the
	// transaction's own.
	had []former
}

// openEarlier reads what was kept of a transaction.
func (a *app) openEarlier(store *checkpoint.Store, id, via string) (*earlier, error) {
	t, err := store.Load(id)
	if err != nil {
		return nil, err
	}
	backend, ok := all.Lookup(t.Journal().Backend)
	if !ok {
		return nil, fmt.Errorf("transaction %s was for the backend %q, which this bondctl does not have", id, t.Journal().Backend)
	}
	none := &description{doc: &schema.Document{}, sources: view.NewSources(nil, nil, noSecrets)}
	l, err := a.openLive(&rendering{description: none, backend: backend}, via, true) // what comes back are files of others too
	if err != nil {
		return nil, err
	}
	l.manager, l.unmanaged = a.managerOf(t, backend.Name)
	e := &earlier{live: l, links: t.Journal().Links}
	if err := e.backTo(a, t); err != nil {
		l.close()
		return nil, err
	}
	if err := e.read(t); err != nil {
		l.close()
		return nil, err
	}
	return e, nil
}

// backTo has those managers have the links again from which a transaction took
// them, and its own let them go.
func (e *earlier) backTo(a *app, t *checkpoint.Transaction) error {
	had, err := a.formersOf(t)
	if err != nil || len(had) == 0 {
		return err
	}
	e.formers = []former{{backend: e.backend.Name, manager: e.manager, links: e.links}}
	e.manager, e.had = had[0].manager, had
	e.backend, _ = all.Lookup(had[0].backend)
	return nil
}

func (e *earlier) read(t *checkpoint.Transaction) error {
	text, err := t.Get(kernelBlob)
	if err != nil {
		return err
	}
	if e.before, err = kernel.Decode(text); err != nil {
		return err
	}
	e.known, err = t.Get(managerBlob)
	if len(e.had) > 0 {
		e.known = e.had[0].known
	}
	if err != nil {
		return err
	}
	e.profiles = manager.ProfilesOf(e.known)
	if e.askings, err = keptAskings(t); err != nil {
		return err
	}
	return e.bringBack(t)
}

// bringBack takes up the files that were kept of a transaction, but for those that
// an earlier one touched.
func (e *earlier) bringBack(t *checkpoint.Transaction) error {
	saved, absent, err := e.root.Saved(t.FilesDir())
	if e.owners == nil {
		e.owners = map[string]*hostfs.Owner{}
	}
	for _, f := range saved {
		if !slices.Contains(e.touched, f.Path) {
			e.saved = append(e.saved, generators.File{Path: f.Path, Mode: f.Mode, Content: f.Content})
			e.owners[f.Path] = &hostfs.Owner{UID: f.UID, GID: f.GID}
			e.touched = append(e.touched, f.Path)
		}
	}
	e.touched = withAll(e.touched, absent)
	return err
}

// add adds what a later transaction found that this one did not touch.
func (e *earlier) add(store *checkpoint.Store, id string) error {
	t, err := store.Load(id)
	if err != nil {
		return err
	}
	e.links = withAll(e.links, t.Journal().Links)
	return e.bringBack(t)
}

// withAll adds what a list lacks of another.
func withAll(list, more []string) []string {
	for _, entry := range more {
		if !slices.Contains(list, entry) {
			list = append(list, entry)
		}
	}
	return list
}

// compare implements [aim].
func (e *earlier) compare() (plan.Plan, hcl.Diagnostics, error) {
	now, err := e.root.ReadAll(e.touched)
	if err != nil {
		return plan.Plan{}, nil, err
	}
	files := plan.Exactly(e.saved, observedOf(now))
	want := e.wanted(files)
	e.state.Fresh = e.fresh(plan.Unsure(want, e.state))
	links, problems := plan.Network(want, e.state)
	problems = append(problems, plan.Losses(want, e.state)...)
	diverted := e.diverted(links)
	links = e.led(links, manager.Situation{Files: files, Want: want, Taken: e.taken(), Known: e.known})
	return plan.Plan{Files: files, Links: links, Path: e.path, Diverted: diverted}, diagnosticsOf(problems), nil
}

func observedOf(files []hostfs.File) []plan.Observed {
	var observed []plan.Observed
	for _, f := range files {
		observed = append(observed, plan.Observed{Path: f.Path, File: plan.File{Mode: f.Mode, Content: f.Content}})
	}
	return observed
}

// wanted implements [aim].
func (e *earlier) wanted(plan.Files) *plan.Wanted {
	want := plan.Before(e.before, e.links)
	want.IPv6By(manager.IPv6Before(e.manager, e.known))
	return want
}

// takeUp implements [aim].
func (e *earlier) takeUp(ctx context.Context, _ *plan.Wanted) error {
	err := e.manager.Restore(ctx, e.links, e.known)
	for _, f := range e.had[min(1, len(e.had)):] {
		err = errors.Join(err, f.manager.Restore(ctx, e.links, f.known))
	}
	return err
}
