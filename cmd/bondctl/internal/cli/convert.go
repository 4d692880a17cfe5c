package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

type convertFlags struct {
	outputFormat
	origin
	to, out string
	lossy   bool
}

func (a *app) convertCommand() *cobra.Command {
	var flags convertFlags
	cmd := &cobra.Command{
		Use:   "convert --to BACKEND --root DIR --out DIR",
		Short: "Turn the files of one backend into those of another",
		Long: `Convert reads the files of one network system below a directory laid out like /,
as import does, and writes those of another below --out, as generate does: for
moving a machine, an image or a directory of golden files. What is below --root
stays as it is, and its modes do not count, for version control keeps none. The
files have the secrets, at mode 0600.

What was not understood, what is no valid description, and what the other system
cannot say is an error, each with its file and line, and nothing is written;
with --lossy the rest is written, and what is lost is still shown.

Exit status: 0 done; 1 there is nothing to convert; 3 something would be lost.`,
		Example: `  bondctl convert --from ifcfg --to keyfile --root /srv/image --out build
  bondctl convert --to networkd --root golden/ifupdown --out golden/networkd`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.convert(flags) },
	}
	flags.origin.register(cmd)
	flags.outputFormat.register(cmd)
	cmd.Flags().StringVar(&flags.to, "to", "", "whose files to write: "+strings.Join(all.Names(), ", "))
	cmd.Flags().StringVarP(&flags.out, "out", "o", "", "write the files below `DIR`")
	cmd.Flags().BoolVar(&flags.lossy, "lossy", false, "write also what is not all of what was read; what is lost is still shown")
	for _, name := range []string{"to", "root", "out"} {
		completes(cmd.MarkFlagRequired(name))
	}
	completes(cmd.MarkFlagDirname("out"))
	completes(cmd.RegisterFlagCompletionFunc("to", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return backendCompletions(), cobra.ShellCompDirectiveNoFileComp
	}))
	return cmd
}

func (a *app) convert(flags convertFlags) error {
	to, ok := all.Lookup(flags.to)
	if !ok {
		return errors.New(unknown("backend", flags.to, all.Names()))
	}
	if flags.from == fromKernel {
		return errors.New("convert reads files: name a backend with --from")
	}
	flags.private = true
	i, err := a.bringIn(&flags.origin)
	if err == nil && i.IsEmpty() {
		err = a.nothing(i)
	}
	if err != nil {
		return err
	}
	d := i.description()
	if flags.lossy {
		if err := i.settle(d); err != nil {
			return err
		}
	}
	r := &rendering{description: d, backend: to, lossy: flags.lossy, asJSON: flags.asJSON}
	r.render()
	if err := a.refuse(r); err != nil {
		return err
	}
	return a.writeFiles(flags.out, r)
}

// description is what was read, as a document would be that was read and validated:
// what was not understood of the files is an error too.
func (i *imported) description() *description {
	doc := *i.Document
	doc.Name = fmt.Sprintf("the files of %s below %s", i.from, i.root)
	sources := view.NewSources(nil, nil, doc.Secrets)
	for _, f := range i.files {
		sources.Elsewhere(f.Path)
	}
	diags := schema.Validate(&doc)
	for _, r := range i.Chosen {
		diags = append(diags, about(hcl.DiagWarning, "Chosen", r))
	}
	for _, r := range i.Unsaid {
		diags = append(diags, about(hcl.DiagError, "Not understood", r))
	}
	for _, text := range i.unread {
		diags = append(diags, about(hcl.DiagError, "Not read", importing.Remark{Text: text}))
	}
	return &description{doc: &doc, sources: sources, diags: sources.Sorted(diags)}
}

// about makes a diagnostic of a remark.
func about(severity hcl.DiagnosticSeverity, summary string, r importing.Remark) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: r.Text}
	if r.File != "" {
		d.Subject = generators.Line(r.File, r.Line).Ptr()
	}
	return d
}

// settle leaves of a description what is not refused, and makes warnings of all that
// was said.
func (i *imported) settle(d *description) error {
	d.diags = asWarnings(d.diags)
	if !schema.Validate(d.doc).HasErrors() {
		return nil
	}
	w, diags := i.Write(nil, privateDir)
	if diags.HasErrors() {
		return fmt.Errorf("what was read makes no valid document: %w", diags)
	}
	for _, r := range w.Unsaid {
		d.diags = append(d.diags, about(hcl.DiagWarning, "Not writable", r))
	}
	w.Document.Name = d.doc.Name
	d.doc = w.Document
	return nil
}
