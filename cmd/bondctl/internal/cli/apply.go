package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

// backupDir is where the target keeps what apply replaced.
const backupDir = "/var/lib/bondctl/backups"

type applyFlags struct {
	renderFlags
	changeFlags
	root string
}

// changeFlags are shared by the commands that change the running host.
type changeFlags struct {
	// approved lets nobody be asked.
	approved bool
	// confirmWithin is the window, 0 where none was given.
	confirmWithin time.Duration
	// via names the path of the session.
	via string
	// noGuard changes the host without a guard.
	noGuard bool
	// takeOver changes bonds and files of others, and has their configuration leave the
	// links alone.
	takeOver bool
}

// registerTakeOver adds the flag that allows to change what is somebody else's.
func registerTakeOver(cmd *cobra.Command, takeOver *bool) {
	cmd.Flags().BoolVar(takeOver, "take-over", false, "have all other configuration of the links leave them alone, and change bonds and files that somebody else made")
}

func (f *changeFlags) register(cmd *cobra.Command) {
	registerVia(cmd, &f.via)
	cmd.Flags().DurationVar(&f.confirmWithin, "confirm-within", 0, "undo everything unless it is confirmed within this `TIME`, as 60s")
	cmd.Flags().BoolVar(&f.noGuard, "no-guard", false, "change this host with nobody to undo it")
	cmd.MarkFlagsMutuallyExclusive("confirm-within", "no-guard")
	cmd.Flags().BoolVar(&f.approved, "auto-approve", false, "do not ask")
}

const applyHelp = `Apply shows the plan, asks, and makes this host what the document describes:
its files and its running links, in a transaction that ends old or new and
never between. A guard, a process of its own, is armed before the first change.
It rolls everything back if this process ends before all is done, and with
--confirm-within also if nobody confirms in time: by Enter here, or better by
bondctl confirm from a new login, which proves that the host can be reached.
Everything is read back afterwards; what did not take rolls back at once. A lost
connection changes nothing.

With PLAN, a file that bondctl plan --out has saved, it carries out that plan
and no other, and does not ask: what was saved was looked at. A plan is good for
one apply, on the host and on the ground that it was made on; otherwise it is
refused, and nothing is changed.

The verifiers of the document's guard block are asked before the first change,
and those that held are asked again after the last, for a while: what no longer
holds rolls back at once. They can run commands, so that a document that anybody
but root and the caller of sudo can write is refused.

Other configuration of the links, such as stanzas, profiles or units that somebody
has written, is shown, and left alone unless --take-over is said: then it is made
to leave the links alone, in the way that its owner offers and in the same
transaction, so that a rollback brings it back byte for byte. A document whose
backend is another than before gives the links from one network system to the
other while they carry traffic.

A change that touches the path of the session that asks for it wants
--confirm-within, or --no-guard. A bond of the same name that is in use and that
no file of bondctl's describes is somebody else's: unless it is as described
already, apply wants --take-over. So it does where bondctl did not write what is
in the place of a file of the document, or somebody has written it anew without
bondctl's first line. Applying twice changes nothing the second time.

Everybody who is logged in on a terminal is told when the window begins, shortly
before it ends, and before a rollback, with who did it and why.

The guard, and the recovery at boot, must run when the network is down and after a
restart. Where bondctl lies in memory, on a file system of the network, or where
somebody but root can put another program, as below /tmp or in a home, apply copies
it to ` + programCopy + ` first, and they run the copy.

A first Ctrl-C rolls back; a second one, while that goes on, leaves the rest to
the guard and quits.

With --json standard output has one JSON object in each line, as things happen,
each with its type and time: version, which has the format_version; diagnostics;
plan; guard_armed with the id of the transaction and the deadline; step_start and
step_done with the change and its effect; verified; confirm_required with the
deadline and the command that confirms; confirmed, or rollback_start with the
reason, then rolled_back or rollback_incomplete; note; and error with the
exit_code where that is not 0. Nobody can be asked then: give --auto-approve.
With --root it is one object.

With --root DIR it is the files below DIR, an image or a scratch directory, and
no kernel: all of them or none, and those of others only with --take-over. What
is replaced or removed is kept in DIR` + backupDir + `/ID first; bondctl
rollback brings it back.

Exit status: 0 done, or nothing to do; 1 the document does not fit the host;
3 the document is invalid; 4 the change failed, or was not confirmed, and all
is as it was; 5 undoing it failed too: hands are needed; 6 a transaction is open:
another's, or this one, which is left to its guard.`

func (a *app) applyCommand() *cobra.Command {
	var flags applyFlags
	cmd := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Make the host what the document describes",
		Long:  applyHelp,
		Example: `  bondctl apply --confirm-within 60s
  bondctl plan --out /root/change.plan && bondctl apply --confirm-within 60s /root/change.plan
  bondctl apply --root /srv/image --backend ifupdown`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.applySaved(cmd, args[0], flags)
			}
			return a.apply(flags)
		},
	}
	flags.renderFlags.register(cmd)
	flags.changeFlags.register(cmd)
	registerTakeOver(cmd, &flags.takeOver)
	cmd.Flags().StringVar(&flags.root, "root", "", "the `DIR` that stands for /, instead of this host")
	completes(cmd.MarkFlagDirname("root"))
	return cmd
}

func (a *app) apply(flags applyFlags) error {
	if err := a.canAsk(flags); err != nil {
		return err
	}
	if flags.root == "" {
		return a.applyLive(flags)
	}
	if err := a.isApart(flags.root); err != nil {
		return err
	}
	unlock, err := lock(flags.root)
	if err != nil {
		return err
	}
	defer unlock()
	t, p, err := a.planned(flags.root, flags.renderFlags, flags.takeOver)
	if err != nil {
		return err
	}
	defer t.close()
	if !flags.asJSON {
		if err := a.showPlan(t, p); err != nil {
			return err
		}
	}
	if err := t.mayChange(p); err != nil {
		return err
	}
	if len(p.Changing()) > 0 && !flags.approved {
		if err := a.approve(t, p); err != nil {
			return err
		}
	}
	backup, err := a.carryOut(t, p)
	if err != nil {
		return err
	}
	return a.showApplied(t, p, backup)
}

// isApart refuses the machine's own root, which wants a guard.
func (a *app) isApart(root string) error {
	named, err := os.Stat(root)
	if err != nil {
		return fmt.Errorf("opening the target root: %w", err)
	}
	own, err := os.Stat(a.env.Root)
	if err == nil && os.SameFile(named, own) {
		return fmt.Errorf("%s is the root of this machine, which apply changes without --root: its links with its files, behind a guard", root)
	}
	return nil
}

// canAsk refuses runs in which nobody could be asked.
func (a *app) canAsk(flags applyFlags) error {
	switch {
	case flags.approved:
		return nil
	case flags.asJSON:
		return errors.New("--json leaves no room for a question: look at plan --json, then give --auto-approve")
	case a.config == standardIn:
		return errors.New("the document comes from standard input, so the answer cannot: look at the plan, then give --auto-approve")
	}
	return nil
}

// approve asks, and makes sure that the plan still holds when the answer is there.
func (a *app) approve(t *target, p plan.Files) error {
	if err := a.ask(); err != nil {
		return err
	}
	now, err := t.plan()
	if err != nil {
		return err
	}
	if !p.Equal(now) {
		return errors.New("the files changed while you were asked, so the plan no longer holds; nothing was changed. Run apply again")
	}
	return nil
}

// ask wants a yes.
func (a *app) ask() error {
	a.out.Printf("\nCarry this out? Only \"yes\" is a yes: ")
	if err := a.out.Flush(); err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	answer, _ := bufio.NewReader(a.env.Stdin).ReadString('\n') // what cannot be read is no yes
	if !a.isTerminal(a.env.Stdout) {
		a.out.Println()
	}
	if strings.TrimSpace(answer) != "yes" {
		return errors.New("not approved; nothing was changed")
	}
	return nil
}

// carryOut makes the changes and gives the place of the backup.
func (a *app) carryOut(t *target, p plan.Files) (string, error) {
	if len(p.Changing()) == 0 {
		return "", nil
	}
	backup, err := t.freeName(backupDir, a.env.Now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return "", err
	}
	return backup, t.carryOut(p, backup)
}

func (a *app) showApplied(t *target, p plan.Files, backup string) error {
	if t.asJSON {
		shown := t.view(view.Style{}).JSON(p, t.sources, t.diags)
		shown.Backup = backup
		return view.JSON(a.out, shown)
	}
	if backup != "" {
		a.out.Println()
		a.tell("Done. What was there before is in %s.", filepath.Join(t.dir, backup))
		a.tell("To go back: bondctl rollback --root %s %s", t.dir, filepath.Base(backup))
	}
	return nil
}

// lock makes sure that one apply works on a target at a time. The lock is on
// the directory itself, so it leaves nothing behind and ends with the process.
func lock(root string) (unlock func(), err error) {
	dir, err := os.Open(root)
	if err != nil {
		return nil, fmt.Errorf("opening the target root: %w", err)
	}
	err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		_ = dir.Close() // nothing was written through it
		return nil, exitError{code: codeLocked, cause: fmt.Errorf("another bondctl works on %s: wait for it to end, then try again", root)}
	}
	if err != nil {
		_ = dir.Close() // nothing was written through it
		return nil, fmt.Errorf("locking %s: %w", root, err)
	}
	return func() { _ = dir.Close() }, nil // closing ends the lock
}
