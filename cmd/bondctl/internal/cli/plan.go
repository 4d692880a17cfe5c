package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

type planFlags struct {
	renderFlags
	root string
	// via names the path of the session.
	via string
	// takeOver has the configuration of others taken over, and their files replaced.
	takeOver bool
	// detailed tells by the exit code whether something would change.
	detailed bool
	// out is where the plan is saved, empty for nowhere.
	out string
}

func (a *app) planCommand() *cobra.Command {
	var flags planFlags
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would change",
		Long: `Plan compares what the document describes with this host, its files and its
running kernel, and shows what has to change: files created, replaced, removed,
each with its difference, secrets masked; and links, in the order of the
changes, each with what traffic notices of it and why. What was changed outside
bondctl since its files were written is shown apart. Files in the backend's
directories that bondctl made before and that are no longer rendered are
removed; files of others are left alone. Where one lies in the place of a file
of the document, apply asks for --take-over.

What traffic notices of a change:
  none            nothing
  in place        nothing is interrupted
  reroutes LINK   a link that is not described loses a route to another one
  bounces SLAVE   a slave is down for a moment, the bond goes on over the others
  bond down       the bond is down, or without slaves, for a moment
  recreated       a link is deleted, or made anew with what stands on it

Changes that a network system must make itself name it: NetworkManager takes
over or activates a profile, wpa_supplicant joins a network, a DHCP client leases an
address.

For each fallback it tells how long its verifiers take at most to notice a
dead path and to move traffic, to return after the repair, and what its probing
costs in a month.

With --root DIR it is the files below DIR, an image or a scratch directory laid
out like /, and no kernel.

With --out FILE the plan is saved: bondctl apply FILE carries out this plan and
no other, once. It is bound to this host until its next restart, to the files
and links that it was made on, and to the transactions that there were; when any
of them has moved, apply refuses it. FILE has the values of all variables,
secrets too: it is made with mode 0600, as root, and a file that is no saved
plan is not overwritten.

Plan changes nothing, and needs no privilege but for --out and for files that
only root may read. Exit status: 0; with --detailed-exitcode 2 where something would change;
1 the document does not fit the host; 3 the document is invalid.`,
		Example: `  bondctl plan --backend ifupdown
  bondctl plan --out /root/change.plan
  bondctl plan --root /srv/image --backend networkd`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.plan(flags) },
	}
	flags.register(cmd)
	registerVia(cmd, &flags.via)
	cmd.Flags().StringVar(&flags.root, "root", "", "the `DIR` that stands for /, instead of this host")
	cmd.Flags().BoolVar(&flags.detailed, "detailed-exitcode", false, "exit with 2 where something would change")
	registerTakeOver(cmd, &flags.takeOver)
	cmd.Flags().StringVar(&flags.out, "out", "", "save the plan as `FILE`, for apply")
	cmd.MarkFlagsMutuallyExclusive("out", "root")
	completes(cmd.MarkFlagDirname("root"))
	completes(cmd.MarkFlagFilename("out"))
	return cmd
}

func (a *app) plan(flags planFlags) error {
	if flags.root == "" {
		return a.planLive(flags)
	}
	t, p, err := a.planned(flags.root, flags.renderFlags, flags.takeOver)
	if err != nil {
		return err
	}
	defer t.close()
	if err := a.showPlan(t, p); err != nil {
		return err
	}
	if flags.detailed && len(p.Changing()) > 0 {
		return exitError{code: codeDifferences}
	}
	return nil
}

// planned renders the document and plans for the root.
func (a *app) planned(root string, flags renderFlags, takeOver bool) (*target, plan.Files, error) {
	r, err := a.render(flags)
	if err != nil {
		return nil, plan.Files{}, err
	}
	t, err := openTarget(root, r)
	if err != nil {
		return nil, plan.Files{}, err
	}
	t.takeOver = takeOver
	p, err := t.plan()
	if err == nil {
		err = a.showUnread(t)
	}
	if err != nil {
		t.close()
		return nil, plan.Files{}, err
	}
	return t, p, nil
}

// showUnread warns of files that the target would not read.
func (a *app) showUnread(t *target) error {
	unread, err := t.unread()
	t.diags = append(t.diags, unread...)
	if !t.asJSON {
		a.show(t.description, unread)
	}
	return err
}

func (a *app) showPlan(t *target, p plan.Files) error {
	v := t.view(a.outStyle())
	v.Forecasts = forecasts(t.doc)
	if t.asJSON {
		return view.JSON(a.out, v.JSON(p, t.sources, t.diags))
	}
	v.Write(a.out, p)
	view.Forecasts(a.out, v.Forecasts)
	return nil
}

// planLive shows what apply would change on the running host.
func (a *app) planLive(flags planFlags) error {
	a.live = true
	if flags.out != "" { // whoever applies it trusts what was read
		a.runner = "apply"
	}
	if flags.out != "" && !a.env.Privileged {
		return errors.New("--out needs root: a saved plan is bound to files and transactions that only root may read; try sudo")
	}
	r, err := a.render(flags.renderFlags)
	if err != nil {
		return err
	}
	l, err := a.openLive(r, flags.via, flags.takeOver)
	if err != nil {
		return err
	}
	defer l.close()
	p, found, err := l.compare()
	if err != nil {
		return err
	}
	if err := a.showUnread(l.target); err != nil {
		return err
	}
	found = append(found, unready(l.doc)...)
	if err := a.showFound(l, found); err != nil {
		return err
	}
	if err := a.showLive(l, p); err != nil {
		return err
	}
	if err := a.savePlan(flags.out, l, p); err != nil {
		return err
	}
	if flags.detailed && !p.IsEmpty() {
		return exitError{code: codeDifferences}
	}
	return nil
}
