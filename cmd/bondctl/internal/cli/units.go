package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/templates"
)

// Where an administrator's units lie (systemd.unit(5)), and those that a boot pulls in.
const (
	unitDir  = "/etc/systemd/system"
	bootDir  = unitDir + "/sysinit.target.wants"
	unitMode = 0o644
	// bootedBySystemd is there where systemd runs the machine (sd_booted(3)).
	bootedBySystemd = "/run/systemd/system"
)

func (a *app) installUnitsCommand() *cobra.Command {
	root := ""
	cmd := &cobra.Command{
		Use:   "install-units",
		Short: "Install the systemd units: recovery at boot, and the monitor",
		Long: `Install-units writes and enables ` + templates.RecoverUnit + `, which runs
bondctl recover before the network comes up: changes that were not confirmed are
rolled back. Apply does so by itself, before it changes anything, where systemd
runs the machine.

The units run bondctl from where it lies now. A place that a boot may not have, or
where somebody but root can put another program, such as below /tmp or in a home,
is refused: install -m 0755 bondctl /usr/local/sbin/bondctl comes first. With
--root the place is not looked at: bondctl must lie there in the image.

It also writes ` + templates.MonitorUnit + `, which watches the fallback routes of
/etc/bondctl. Begin with that when you want to: systemctl enable --now bondctl-monitor`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if root == "" {
				root = a.env.Root
			}
			return a.installUnits(root)
		},
	}
	cmd.Flags().StringVar(&root, "root", "", "the `DIR` that stands for /, instead of this host")
	completes(cmd.MarkFlagDirname("root"))
	return cmd
}

func (a *app) installUnits(dir string) error {
	if err := a.mayBeInstalled(dir); err != nil {
		return err
	}
	enabled, err := enableRecovery(dir, a.env.Self)
	if err != nil {
		return err
	}
	written, err := writeUnit(dir, templates.MonitorUnit, a.env.Self)
	if err != nil {
		return err
	}
	if enabled {
		a.tell("%s is installed and enabled.", templates.RecoverUnit)
	} else {
		a.tell("%s was installed and enabled before.", templates.RecoverUnit)
	}
	if written {
		a.tell("%s is installed; systemctl enable --now bondctl-monitor starts it.", templates.MonitorUnit)
	} else {
		a.tell("%s was installed before.", templates.MonitorUnit)
	}
	return nil
}

// mayBeInstalled refuses units of this host that a boot could not run, or that
// would run what somebody else has put in the program's place.
func (a *app) mayBeInstalled(dir string) error {
	if len(a.env.Self) == 0 || a.env.Outlasts == nil || dir != a.env.Root {
		return nil
	}
	if why := a.env.Outlasts(a.env.Self[0]); why != nil {
		return fmt.Errorf("%w: %s", why, installs(a.env.Self[0]))
	}
	return nil
}

// enableRecovery installs the unit that rolls back at boot, and tells whether
// there was anything to do. It is on disk afterwards, for a power cut may be
// what it is for.
func enableRecovery(dir string, self []string) (bool, error) {
	written, err := writeUnit(dir, templates.RecoverUnit, self)
	if err != nil {
		return false, err
	}
	linked, err := wantAtBoot(dir)
	return linked || written, err
}

// writeUnit writes a unit that runs a program, and tells whether it was another before.
func writeUnit(dir, name string, self []string) (bool, error) {
	if len(self) == 0 {
		return false, errors.New("this program does not know where it lies, so no unit can run it")
	}
	root, err := hostfs.Open(dir)
	if err != nil {
		return false, err
	}
	defer func() { _ = root.Close() }() // what was written is durable by now
	unit := hostfs.Change{Path: path.Join(unitDir, name), Mode: unitMode, Content: templates.Unit(name, self[0])}
	applied, err := root.Apply([]hostfs.Change{unit}, "")
	if err != nil {
		return false, err
	}
	return len(applied.Changed()) > 0, nil
}

// wantAtBoot links the unit to where systemd looks at boot.
func wantAtBoot(dir string) (bool, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false, fmt.Errorf("enabling %s: %w", templates.RecoverUnit, err)
	}
	defer func() { _ = root.Close() }() // the directory was flushed
	wants := bootDir[1:]
	if err := root.MkdirAll(wants, 0o755); err != nil {
		return false, fmt.Errorf("enabling %s: %w", templates.RecoverUnit, err)
	}
	err = root.Symlink(path.Join(unitDir, templates.RecoverUnit), path.Join(wants, templates.RecoverUnit))
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err == nil {
		err = flush(root, wants)
	}
	if err != nil {
		return false, fmt.Errorf("enabling %s: %w", templates.RecoverUnit, err)
	}
	return true, nil
}

func flush(root *os.Root, dir string) error {
	f, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// readyForRestart makes sure that a restart in the window is recovered from, by
// the program that the command self runs.
func (c *change) readyForRestart(self []string) error {
	if _, err := os.Stat(path.Join(c.env.Root, bootedBySystemd)); err != nil {
		c.say("this machine does not run systemd: have `bondctl recover` run at boot before the network comes up, or a restart keeps what was not confirmed by then")
		return nil //nolint:nilerr // its absence is what was asked
	}
	installed, err := enableRecovery(c.env.Root, self)
	if installed {
		c.progress("Installed and enabled %s, which rolls back at boot what a restart leaves unconfirmed.", templates.RecoverUnit)
	}
	return err
}
