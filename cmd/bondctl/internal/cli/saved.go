package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/planfile"
	"github.com/bondctl/bondctl/generators/all"
)

// machineIDFile tells one machine from another (machine-id(5)).
const machineIDFile = "/etc/machine-id"

// savePlan keeps a plan for apply, if there is a place to keep it at.
func (a *app) savePlan(file string, l *live, p plan.Plan) error {
	if file == "" {
		return nil
	}
	err := a.withStore(func(s *checkpoint.Store) error {
		here, err := a.hostOf(s)
		if err != nil {
			return err
		}
		saved := &planfile.Plan{
			Version: fullVersion(), Made: a.env.Now().UTC(), Host: here,
			Document: *l.madeFrom, Backend: l.backend.Name, Why: l.why, Lossy: l.lossy, TakeOver: l.takeOver,
		}
		saved.Stand(p, l.state, plan.Reach(l.wanted(p.Files), l.state))
		return writePlan(file, saved)
	})
	if err == nil {
		a.say("saved as %s; to carry it out: bondctl apply %s", file, file)
	}
	return err
}

// hostOf is this host as it is now.
func (a *app) hostOf(s *checkpoint.Store) (planfile.Host, error) {
	root, err := hostfs.Open(a.env.Root)
	if err != nil {
		return planfile.Host{}, err
	}
	defer func() { _ = root.Close() }() // nothing is written through it
	id, _, err := root.Read(machineIDFile)
	if err != nil {
		return planfile.Host{}, fmt.Errorf("telling this machine from others: %w", err)
	}
	here := planfile.Host{Machine: planfile.Machine(id.Content), BootID: s.BootID()}
	list, err := s.List()
	if len(list) > 0 {
		here.Last = list[0].ID
	}
	return here, err
}

// fullVersion tells this build from others.
func fullVersion() string {
	v := thisVersion()
	text := strings.TrimSpace(v.Version + " " + v.Commit)
	if v.Modified {
		text += " modified"
	}
	return text
}

// writePlan writes a plan where nothing else is overwritten by it.
func writePlan(file string, p *planfile.Plan) error {
	text, err := planfile.Encode(p)
	if err != nil {
		return err
	}
	dir, err := hostfs.Open(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("saving the plan: %w", err)
	}
	defer func() { _ = dir.Close() }() // what was written is durable by then
	name := "/" + filepath.Base(file)
	old, exists, err := dir.Read(name)
	if err == nil && exists {
		if _, foreign := planfile.Decode(old.Content); errors.Is(foreign, planfile.ErrForeign) {
			err = errors.New("a file is there that is no saved plan, and is not overwritten: choose another name")
		} else {
			err = mustBePrivate(old)
		}
	}
	if err == nil {
		_, err = dir.Apply([]hostfs.Change{{Path: name, Content: text, Mode: privateMode}}, "")
	}
	if err != nil {
		return fmt.Errorf("saving the plan as %s: %w", file, err)
	}
	return nil
}

// privateMode is that of files with secrets in them.
const privateMode = 0o600

// mustBePrivate refuses a plan that others could have read or written.
func mustBePrivate(f hostfs.File) error {
	switch {
	case f.UID != os.Geteuid():
		return fmt.Errorf("it belongs to uid %d, who may have changed it: only plans of one's own are used", f.UID)
	case f.Mode&^privateMode != 0:
		return fmt.Errorf("its mode is %04o, so others may have changed or read it: a plan has mode 0600", f.Mode)
	}
	return nil
}

// readPlan reads a plan that nobody else can have written.
func readPlan(file string) (*planfile.Plan, error) {
	dir, err := hostfs.Open(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }() // nothing is written through it
	found, exists, err := dir.Read("/" + filepath.Base(file))
	switch {
	case err != nil:
		return nil, err
	case !exists:
		return nil, errors.New("there is no such file")
	}
	p, err := planfile.Decode(found.Content)
	if errors.Is(err, planfile.ErrForeign) {
		return nil, fmt.Errorf("%w; a document is named with -c", err)
	}
	return p, errors.Join(err, mustBePrivate(found))
}

// fixedByPlan are the flags that say again what a saved plan has settled.
var fixedByPlan = []string{"config", "var", "var-file", "backend", "lossy", "root"}

// applySaved carries out a plan that was saved.
func (a *app) applySaved(cmd *cobra.Command, file string, flags applyFlags) error {
	for _, name := range fixedByPlan {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s is settled by the saved plan: leave it out, or make another plan", name)
		}
	}
	a.live = true
	flags.approved = true // what was saved was looked at
	a.beginEvents(flags.outputFormat)
	return a.withStore(func(store *checkpoint.Store) error {
		c := &change{app: a, changeFlags: flags.changeFlags, asJSON: flags.asJSON, store: store}
		return c.run("applying the plan "+file, func() (aim, error) {
			target, err := c.openSaved(file)
			return target, unusable(file, err)
		})
	})
}

// unusable says which plan cannot be used, and how to come by one that can.
func unusable(file string, err error) error {
	if err == nil {
		return nil
	}
	if _, shown := errors.AsType[exitError](err); shown {
		return err
	}
	return fmt.Errorf("%s: %w; nothing was changed. Make a new plan: bondctl plan --out %s", file, err, file)
}

// savedAim is the aim of a plan that was saved.
type savedAim struct {
	*live
	file string
	plan *planfile.Plan
}

// openSaved makes of a saved plan what it was made from, on the host as it is now.
func (c *change) openSaved(file string) (aim, error) {
	p, err := readPlan(file)
	if err != nil {
		return nil, err
	}
	if err := c.isUsable(p); err != nil {
		return nil, err
	}
	r := &rendering{description: described(&p.Document, p.Document.Inputs()), why: p.Why, lossy: p.Lossy, asJSON: c.asJSON}
	var known bool
	if r.backend, known = all.Lookup(p.Backend); !known {
		return nil, fmt.Errorf("the plan is for the backend %q, which this bondctl does not have", p.Backend)
	}
	r.render()
	if err := c.refuse(r); err != nil {
		return nil, err
	}
	l, err := c.openLive(r, c.via, p.TakeOver)
	if err != nil {
		return nil, err
	}
	c.saved = p
	return &savedAim{live: l, file: file, plan: p}, nil
}

// isUsable refuses a plan that is not for here and now.
func (c *change) isUsable(p *planfile.Plan) error {
	here, err := c.hostOf(c.store)
	if err != nil {
		return err
	}
	list, err := c.store.List()
	for _, j := range list {
		if j.Plan == p.ID() {
			return fmt.Errorf("the plan was used by %s: transaction %s is %s, and a plan is good for one apply", j.Owner, j.ID, j.State)
		}
	}
	return errors.Join(err, p.Check(fullVersion(), here))
}

// compare implements [aim]: the ground must be what it was.
func (s *savedAim) compare() (plan.Plan, hcl.Diagnostics, error) {
	p, found, err := s.live.compare()
	if err == nil && !found.HasErrors() {
		err = unusable(s.file, s.plan.Moved(p, s.state, plan.Reach(s.wanted(p.Files), s.state)))
	}
	return p, found, err
}
