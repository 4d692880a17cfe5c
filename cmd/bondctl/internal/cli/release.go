package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

func (a *app) releaseCommand() *cobra.Command {
	var flags changeFlags
	var restore bool
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Give this host back",
		Long: `Release removes all files that bondctl has made for the network systems of this
host. The links stay as they run, and are nobody's; from the next boot on nothing
brings them up but what others configure.

With --restore it makes everything what it was before bondctl's first change that
is on record: the files of others that --take-over edited or removed come back
byte for byte, bondctl's go, and the links and whoever had them are as they were
then. bondctl history lists the records; those that took something over are kept
for good.

Either is one transaction, which shows its plan, asks, and is guarded as apply is.

Exit status: as of apply.`,
		Example: `  bondctl release --restore --confirm-within 60s
  bondctl release`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.withStore(func(store *checkpoint.Store) error {
				if restore {
					return a.release(store, flags, func() (aim, error) { return a.openFirst(store, flags.via) })
				}
				return a.release(store, flags, func() (aim, error) { return a.openReleased(flags.via) })
			})
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&restore, "restore", false, "bring back what was there before bondctl's first change")
	return cmd
}

func (a *app) release(store *checkpoint.Store, flags changeFlags, open func() (aim, error)) error {
	a.live = true
	c := &change{app: a, changeFlags: flags, store: store}
	return c.run("giving the host back", open)
}

// openFirst is the aim of the host as it was before the first of all confirmed
// transactions.
func (a *app) openFirst(store *checkpoint.Store, via string) (*earlier, error) {
	list, err := store.List()
	if err != nil {
		return nil, err
	}
	confirmed := slices.DeleteFunc(list, func(j checkpoint.Journal) bool { return j.State != checkpoint.Confirmed })
	if len(confirmed) == 0 {
		return nil, errors.New("there is nothing to bring back: no change of bondctl's was confirmed on this host")
	}
	slices.Reverse(confirmed) // the newest is listed first
	first, err := a.openEarlier(store, confirmed[0].ID, via)
	if err != nil {
		return nil, err
	}
	for _, j := range confirmed[1:] {
		if err := first.add(store, j.ID); err != nil {
			first.close()
			return nil, err
		}
	}
	return first, nil
}

// released is the aim of a host without files of bondctl's, its links as they are.
type released struct{ *live }

// openReleased finds whose files bondctl has made.
func (a *app) openReleased(via string) (*released, error) {
	none := &description{doc: &schema.Document{}, sources: view.NewSources(nil, nil, noSecrets)}
	l, err := a.openLive(&rendering{description: none, backend: all.Backends()[0]}, via, false)
	if err != nil {
		return nil, err
	}
	if err := l.findOwn(a.env.Root); err != nil {
		l.close()
		return nil, err
	}
	return &released{l}, nil
}

// findOwn finds every system that bondctl has made files for. One of those that
// run is the transaction's.
func (l *live) findOwn(root string) error {
	chosen := false
	for _, b := range all.Backends() {
		own, err := l.ownFiles(b, l.isKnown)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			continue
		}
		doc, _ := b.Parse(readable(own)) // what a document cannot say is no matter here
		f := former{backend: b.Name, own: own, doc: doc, links: namesOfLinks(plan.Desired(doc))}
		if l.facts.TakesUp(b.Name) {
			f.manager, err = manager.For(b.Name, root)
		}
		if err != nil {
			return err
		}
		if !chosen && f.manager != nil {
			l.backend, l.manager, l.unmanaged, chosen = b, f.manager, nil, true
		}
		l.formers = append(l.formers, f)
	}
	return nil
}

// isKnown tells whether a file is already among those of a system.
func (l *live) isKnown(file string) bool {
	return slices.ContainsFunc(l.formers, func(f former) bool {
		return slices.ContainsFunc(f.own, func(o plan.Observed) bool { return o.Path == file })
	})
}

// compare implements [aim].
func (r *released) compare() (plan.Plan, hcl.Diagnostics, error) {
	p := plan.Plan{Path: r.path}
	var own []plan.Observed
	for _, f := range r.formers {
		own = append(own, f.own...)
		if f.manager != nil {
			p.Links = append(p.Links, plan.Change{Verb: plan.LetGo, By: f.manager.Name(), Links: f.links, Effect: plan.None})
		}
	}
	p.Files = plan.Exactly([]generators.File{}, own)
	return p, nil, nil
}

// wanted implements [aim]: the links stay.
func (r *released) wanted(plan.Files) *plan.Wanted {
	var links []string
	for _, f := range r.formers {
		links = withAll(links, f.links)
	}
	return plan.Before(r.state, links)
}

// canTake implements [aim].
func (*released) canTake() error { return nil }

// takeUp implements [aim].
func (*released) takeUp(context.Context, *plan.Wanted) error { return nil }
