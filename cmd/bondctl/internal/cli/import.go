package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

type importFlags struct {
	outputFormat
	origin
	// secrets is the directory for the files of secrets, empty to write none.
	secrets string
	out     string
}

func (a *app) importCommand() *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import [NAME]...",
		Short: "Make a document of what a machine has",
		Long: `Import reads what configures the bonds and links of this host, or of an image
laid out like / with --root DIR, and prints one document that describes them and
is valid. It changes nothing.

It reads the files of one network system, wherever this looks for them, and
beside them the options of the bonding module in modprobe.d. Which system it is,
the host tells unless --from names it; --from kernel describes what the running
kernel has instead, and no file. With names only those bonds and links are
described, each bond with its slaves and VLANs.

Comments in the document say where each bond and link comes from, what had to be
chosen, and what no valid document may say. Standard error lists, with file and
line, all that the document does not say: it stays as it is. Of this host's files
it tells too in what the running kernel is not as they say.

Secrets are never printed. The document reads each from a file of mode 0600 in
/etc/bondctl/secrets, and standard error lists those files; with --secrets-dir DIR
they are in DIR, and are written. A file that is there with another content is
not overwritten, nor is that of --out.

Exit status: 0 done; 1 there is nothing to import, no such name, or the host does
not tell which network system is its own.`,
		Example: `  bondctl import > bondctl.hcl
  bondctl import --secrets-dir /etc/bondctl/secrets --out /etc/bondctl/bonds.hcl
  bondctl import --from ifcfg --root /srv/image bond0
  bondctl import --from kernel`,
		RunE:              func(_ *cobra.Command, args []string) error { return a.importInto(flags, args) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags.origin.register(cmd, fromKernel)
	flags.outputFormat.register(cmd)
	cmd.Flags().StringVar(&flags.secrets, "secrets-dir", "", "write the secrets to files of mode 0600 in `DIR`")
	cmd.Flags().StringVarP(&flags.out, "out", "o", "", "write the document to a new `FILE`, instead of standard output")
	cmd.MarkFlagsMutuallyExclusive("out", "json")
	completes(cmd.MarkFlagDirname("secrets-dir"))
	completes(cmd.MarkFlagFilename("out", "hcl"))
	return cmd
}

// privateDir is where a document looks for secrets unless told otherwise.
const privateDir = "/etc/bondctl/secrets"

func (a *app) importInto(flags importFlags, names []string) error {
	i, err := a.bringIn(&flags.origin)
	if err == nil && i.IsEmpty() {
		err = a.nothing(i)
	}
	if err == nil {
		err = i.limit(names)
	}
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(flags.secrets)
	if flags.secrets == "" {
		dir, err = privateDir, nil
	}
	if err != nil {
		return wrapped("finding", flags.secrets, err)
	}
	written, diags := i.Write(i.heading(), dir)
	if diags.HasErrors() {
		return fmt.Errorf("what was read makes no valid document: %w", diags)
	}
	v := i.view(written, a.errStyle())
	if v.Differences, err = a.differences(i, written); err != nil {
		return err
	}
	if flags.secrets != "" {
		if err := store(dir, written.Secrets); err != nil {
			return err
		}
		v.Stored = true
	}
	return a.showImport(flags, v)
}

func (a *app) showImport(flags importFlags, v view.Import) error {
	if flags.asJSON {
		return view.JSON(a.out, v.JSON())
	}
	v.Write(a.errs)
	_ = a.errs.Flush() // a closed standard error must not stop the work
	if flags.out == "" {
		a.out.Print(string(v.Text))
		return nil
	}
	if err := createFile(flags.out, v.Text); err != nil {
		return err
	}
	a.tell("%s is written: %s.", flags.out, view.Contents(v.Document))
	return nil
}

// limit leaves what the names ask for, and of no names all; it refuses what is not there.
func (i *imported) limit(names []string) error {
	known := i.Names()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return errors.New(unknown("bond or link", name, known))
		}
	}
	if len(names) > 0 {
		i.Only(names)
	}
	return nil
}

// heading is the comment at the top of the document.
func (i *imported) heading() []string {
	what := "Imported from the files of " + i.from
	if i.from == fromKernel {
		what = "Imported from the running kernel, which knows neither resolvers nor credentials"
	}
	return []string{what + ".", "Review it; bondctl plan then shows what applying it would change."}
}

// view shows an import with what was written of it.
func (i *imported) view(w importing.Written, style view.Style) view.Import {
	return view.Import{
		From: i.from, Why: i.why, Unread: i.unread, Unsaid: append(slices.Clip(i.Unsaid), w.Unsaid...),
		Written: w, Redactor: view.NewRedactor(i.Document.Secrets()), Style: style,
	}
}

// differences tells in what the running kernel is not as this host's files say.
func (a *app) differences(i *imported, w importing.Written) ([]plan.Change, error) {
	if !i.live || i.from == fromKernel {
		return nil, nil
	}
	state, err := a.observe()
	if err != nil {
		return nil, err
	}
	changes, _ := plan.Network(plan.Desired(w.Document), state) // what is in the way plan tells, with its place
	return changes, nil
}

// store writes the files of secrets, all or none. One that is there with another
// content stays.
func store(dir string, secrets []importing.Secret) error {
	if len(secrets) == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the directory for the secrets: %w", err)
	}
	root, err := hostfs.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // what was written is durable by then
	var changes []hostfs.Change
	for _, s := range secrets {
		c := hostfs.Change{Path: "/" + filepath.Base(s.Path), Content: s.Content, Mode: s.Mode}
		old, exists, err := root.Read(c.Path)
		if exists && string(old.Content) != string(c.Content) {
			err = errExists
		}
		if err != nil {
			return wrapped("writing", s.Path, err)
		}
		changes = append(changes, c)
	}
	_, err = root.Apply(changes, "")
	return wrapped("writing the secrets into", strings.TrimSuffix(dir, "/"), err)
}
