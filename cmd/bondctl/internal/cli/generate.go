package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

type generateFlags struct {
	renderFlags
	out, check  string
	ignoreModes bool
}

func (a *app) generateCommand() *cobra.Command {
	var flags generateFlags
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Render the document for a backend",
		Long: `Generate renders the document as files of the host's network system.

Without --out the files go to standard output, each below a line with its path
and mode, and their secrets are masked. With --out DIR they are written below
DIR as they would lie below /, all or none, with the secrets, at their modes;
files that an earlier run left there and that are no longer rendered are
removed, and one that bondctl did not make is never written over. With --check DIR they are compared with those below DIR: what is
different, missing or left over in the backend's directories is shown.

Exit status: 0 done, or no difference; 2 differences; 3 the document is
invalid, or the backend cannot say all of it.`,
		Example: `  bondctl generate --backend netplan
  bondctl generate --backend keyfile --out build
  bondctl generate --backend networkd --check golden`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.generate(flags) },
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&flags.out, "out", "o", "", "write the files below `DIR`")
	cmd.Flags().StringVar(&flags.check, "check", "", "compare the files with those below `DIR`")
	cmd.Flags().BoolVar(&flags.ignoreModes, "ignore-modes", false, "with --check: modes may differ, for version control keeps none")
	cmd.MarkFlagsMutuallyExclusive("out", "check")
	completes(cmd.MarkFlagDirname("out"))
	completes(cmd.MarkFlagDirname("check"))
	return cmd
}

func (a *app) generate(flags generateFlags) error {
	r, err := a.render(flags.renderFlags)
	switch {
	case err != nil:
		return err
	case flags.out != "":
		return a.writeFiles(flags.out, r)
	case flags.check != "":
		return a.checkFiles(flags, r)
	}
	return a.printFiles(r)
}

// printFiles shows the files; screens and logs are no place for secrets.
func (a *app) printFiles(r *rendering) error {
	mask := r.mask()
	if r.asJSON {
		return view.JSON(a.out, view.NewFilesJSON(r.backend.Name, r.files, mask, r.sources, r.diags))
	}
	view.Files(a.out, r.files, mask)
	if err := a.out.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	if mask.Masked {
		a.say("The secrets are masked; --out DIR writes them.")
	}
	return nil
}

// writeFiles writes the files below a directory, all or none.
func (a *app) writeFiles(dir string, r *rendering) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	if err := a.isApart(dir); err != nil {
		return err
	}
	t, err := openTarget(dir, r)
	if err != nil {
		return err
	}
	defer t.close()
	p, err := t.plan()
	if err != nil {
		return err
	}
	if err := t.onlyOurs(p); err != nil {
		return err
	}
	if err := t.carryOut(p, ""); err != nil {
		return err
	}
	if r.asJSON {
		return view.JSON(a.out, t.view(a.outStyle()).JSON(p, r.sources, r.diags))
	}
	view.Written(a.out, p, t.dir)
	return nil
}

// onlyOurs refuses to write over a file that bondctl did not make, for
// generate keeps no copy of it.
func (t *target) onlyOurs(p plan.Files) error {
	for _, file := range p.Foreign() {
		return fmt.Errorf("%s was not made by bondctl, and nothing was written: move it away, or run apply --root %s --take-over, which keeps what it replaces",
			filepath.Join(t.dir, file), t.dir)
	}
	return nil
}

// checkFiles compares the files with those below a directory.
func (a *app) checkFiles(flags generateFlags, r *rendering) error {
	t, err := openTarget(flags.check, r)
	if err != nil {
		return err
	}
	defer t.close()
	p, err := t.check()
	if err != nil {
		return err
	}
	if flags.ignoreModes {
		p = p.IgnoringModes()
	}
	if err := a.showCheck(t, p); err != nil {
		return err
	}
	if len(p.Changing()) > 0 {
		return exitError{code: codeDifferences}
	}
	return nil
}

func (a *app) showCheck(t *target, p plan.Files) error {
	if t.asJSON {
		return view.JSON(a.out, t.view(view.Style{}).JSON(p, t.sources, t.diags))
	}
	t.view(a.outStyle()).Check(a.out, p)
	return nil
}
