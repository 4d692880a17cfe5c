package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/describe"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// What import reads beside the files of a backend: what the host tells, and its kernel.
const (
	fromAuto   = "auto"
	fromKernel = "kernel"
)

// origin is where an import comes from.
type origin struct {
	from string
	// root is the directory that stands for /, empty for this host.
	root string
	// private takes all files for such that root alone may read, whatever their modes.
	private bool
}

// register adds the flags; beside the backends, --from takes the words given.
func (o *origin) register(cmd *cobra.Command, words ...string) {
	usage := strings.Join(append(all.Names(), words...), ", ")
	cmd.Flags().StringVar(&o.from, "from", fromAuto, "what to read: the files of `BACKEND` ("+usage+"), or auto for what the host tells")
	cmd.Flags().StringVar(&o.root, "root", "", "the `DIR` that stands for /, instead of this host")
	completes(cmd.MarkFlagDirname("root"))
	completes(cmd.RegisterFlagCompletionFunc("from", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return slices.Concat(backendCompletions(), words, []string{fromAuto}), cobra.ShellCompDirectiveNoFileComp
	}))
}

// imported is what was imported, and how.
type imported struct {
	*importing.Import
	// from is the backend, or fromKernel.
	from string
	// root is the directory that was read, and live is set where it is this host's.
	root string
	live bool
	// why are the reasons for the backend, where the host gave them.
	why []string
	// unread says what could not be read.
	unread []string
	files  []generators.File
}

// bringIn reads what an origin names.
func (a *app) bringIn(o *origin) (*imported, error) {
	i := &imported{from: o.from, root: o.root, live: o.root == "" || isSame(o.root, a.env.Root)}
	if o.root == "" {
		i.root = a.env.Root
	}
	if o.from == fromKernel {
		return i, a.fromKernel(i)
	}
	root, err := hostfs.Open(i.root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // it was only read
	if i.from == fromAuto {
		if err := a.detect(i, root.FS()); err != nil {
			return nil, err
		}
	}
	b, ok := all.Lookup(i.from)
	if !ok {
		return nil, errors.New(unknown("backend", i.from, append(all.Names(), fromKernel, fromAuto)))
	}
	i.read(b, func(b *generators.Backend) configfiles.Found { return o.search(root.FS(), b) })
	return i, nil
}

// search reads the files of a backend.
func (o *origin) search(root fs.FS, b *generators.Backend) configfiles.Found {
	found := configfiles.Read(root, b)
	for i := range found.Files {
		if o.private {
			found.Files[i].Mode = generators.Private
		}
	}
	return found
}

// isSame tells whether two names are those of one directory.
func isSame(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// read reads the backend's files, and those of its companion.
func (i *imported) read(b *generators.Backend, search func(*generators.Backend) configfiles.Found) {
	found := search(b)
	i.Import, i.files = importing.Files(b, found.Files), found.Files
	if module, ok := all.Lookup(companion); ok && b.Name != companion {
		beside := search(module)
		i.Under(module, beside.Files)
		i.files = append(i.files, beside.Files...)
		found.Unread = append(found.Unread, beside.Unread...)
	}
	for _, err := range found.Unread {
		i.unread = append(i.unread, fmt.Sprintf("%s: %v", err.Path, err.Err))
	}
	slices.Sort(i.unread)
	i.unread = slices.Compact(i.unread)
	i.name(b.Name)
}

// name has the document say whose it is, where a document can.
func (i *imported) name(backend string) {
	if slices.Contains(schema.Backends, backend) {
		i.Document.Backend = schema.Given(backend)
	}
}

// detect finds out whose files count: as backend = "auto" does, else by which there are.
func (a *app) detect(i *imported, root fs.FS) error {
	facts := a.factsOf(i, root)
	verdict, err := manager.Decide(facts)
	i.from, i.why = verdict.Backend, verdict.Reasons
	if err == nil {
		return nil
	}
	there := facts.Configuring()
	if len(there) == 0 {
		there = describing(root)
	}
	switch len(there) {
	case 0:
		return i.nothing()
	case 1:
		i.from = there[0]
		return nil
	default:
		return fmt.Errorf("several network systems have files for links here, and the host does not tell whose count: choose by --from %s:\n%s",
			strings.Join(there, " or --from "), strings.Join(verdict.Reasons, "\n"))
	}
}

// describing lists the backends of whose files something can be imported, though
// their main file may not lead to them, as in a directory of golden files.
func describing(root fs.FS) []string {
	var names []string
	for _, b := range all.Backends() {
		if b.Name != companion && !importing.Files(b, configfiles.Read(root, b).Files).IsEmpty() {
			names = append(names, b.Name)
		}
	}
	return names
}

func (a *app) factsOf(i *imported, root fs.FS) manager.Facts {
	if i.live {
		return a.facts()
	}
	return manager.Gather(context.Background(), manager.Host{Root: root})
}

// nothing shows what was read and is nothing that a document has, and is that there is
// nothing else.
func (a *app) nothing(i *imported) error {
	view.NotImported(a.errs, i.Unsaid, view.NewRedactor(i.Document.Secrets()))
	return i.nothing()
}

// nothing is that there is nothing to import.
func (i *imported) nothing() error {
	what := "no file of a network system describes a bond or a link"
	switch {
	case i.from == fromKernel:
		return errors.New("there is nothing to import: the kernel has no bond, and no link with addresses or VLANs")
	case i.from != "" && i.from != fromAuto:
		what = "no file of " + i.from + " describes a bond or a link"
	}
	err := fmt.Errorf("there is nothing to import: %s below %s", what, i.root)
	if len(i.unread) > 0 {
		err = fmt.Errorf("%w; not read were %s", err, strings.Join(i.unread, ", "))
	}
	return err
}

// fromKernel describes what the running kernel has.
func (a *app) fromKernel(i *imported) error {
	if !i.live {
		return errors.New("--root has files and no kernel: leave it out, or name a backend with --from")
	}
	k, err := a.env.Kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	state, err := k.Observe()
	if err != nil {
		return err
	}
	stations, err := k.Stations()
	if err != nil {
		return err
	}
	d := describe.Kernel(state, stations)
	i.Import = &importing.Import{Document: d.Document, Notes: d.Notes}
	for _, text := range d.Unsaid {
		i.Unsaid = append(i.Unsaid, importing.Remark{Text: text})
	}
	if verdict, err := manager.Decide(a.facts()); err == nil {
		i.name(verdict.Backend)
	}
	return nil
}
