package cli

import (
	"bytes"
	"io"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

type fmtFlags struct{ check, diff bool }

func (a *app) fmtCommand() *cobra.Command {
	var flags fmtFlags
	cmd := &cobra.Command{
		Use:   "fmt [FILE|DIR|-]...",
		Short: "Rewrite documents in the standard format",
		Long: `Fmt aligns and indents documents as HCL has it, and names the files that it
changed. Without an argument it takes the document that --config names, or
bondctl.hcl. With - it reads standard input and writes standard output. A file
with a mistake in its syntax is left alone.

Exit status: 0; with --check 2 where a file is not in the format; 3 a file
cannot be parsed.`,
		RunE: func(_ *cobra.Command, args []string) error { return a.format(args, flags) },
	}
	cmd.Flags().BoolVar(&flags.check, "check", false, "write nothing; name the files that would change")
	cmd.Flags().BoolVar(&flags.diff, "diff", false, "show what changes")
	return cmd
}

func (a *app) format(args []string, flags fmtFlags) error {
	sources, err := a.formatSources(args)
	if err != nil {
		return err
	}
	if err := a.refuseBroken(sources); err != nil {
		return err
	}
	differ := false
	for _, source := range sources {
		formatted := hclwrite.Format(source.Bytes)
		changed := !bytes.Equal(formatted, source.Bytes)
		differ = differ || changed
		if err := a.formatted(source, formatted, flags); err != nil {
			return err
		}
	}
	if flags.check && differ {
		return exitError{code: codeDifferences}
	}
	return nil
}

// formatSources reads the files that the arguments name.
func (a *app) formatSources(args []string) ([]schema.Source, error) {
	if len(args) == 0 {
		location, err := a.locate()
		if err != nil {
			return nil, err
		}
		args = []string{location}
	}
	var sources []schema.Source
	for _, arg := range args {
		more, err := a.formatSource(arg)
		if err != nil {
			return nil, err
		}
		sources = append(sources, more...)
	}
	return sources, nil
}

func (a *app) formatSource(arg string) ([]schema.Source, error) {
	if arg == standardIn {
		content, err := io.ReadAll(a.env.Stdin)
		return []schema.Source{{Name: standardIn, Bytes: content}}, wrapped("reading", "standard input", err)
	}
	files, err := documentFiles(filepath.Clean(arg))
	if err != nil {
		return nil, err
	}
	return a.readSources("the document", files)
}

// refuseBroken shows mistakes in the syntax of all files; then none is rewritten.
func (a *app) refuseBroken(sources []schema.Source) error {
	var diags hcl.Diagnostics
	for _, source := range sources {
		_, found := hclsyntax.ParseConfig(source.Bytes, source.Name, hcl.InitialPos)
		diags = append(diags, found...)
	}
	if !diags.HasErrors() {
		return nil
	}
	shown := view.NewSources(sources, nil, noSecrets)
	view.Diagnostics{Sources: shown, Style: a.errStyle()}.Write(a.errs, shown.Sorted(diags))
	a.say("%s. Nothing was rewritten.", view.Findings(diags))
	return exitError{code: codeInvalid}
}

// formatted does with one file what the flags ask for.
func (a *app) formatted(source schema.Source, formatted []byte, flags fmtFlags) error {
	changed := !bytes.Equal(formatted, source.Bytes)
	piped := source.Name == standardIn
	if piped && !flags.check && !flags.diff {
		_, err := a.out.Write(formatted)
		return err
	}
	if !changed {
		return nil
	}
	if flags.check || (!flags.diff && !piped) {
		a.tell("%s", source.Name)
	}
	if flags.diff {
		a.showFormat(source, formatted)
	}
	if flags.check || piped {
		return nil
	}
	return rewriteFile(source.Name, formatted)
}

// showFormat shows what changes in a file, its secrets masked.
func (a *app) showFormat(source schema.Source, formatted []byte) {
	mask := view.NewSources([]schema.Source{source}, nil, noSecrets).Redactor()
	view.Diff{
		From: source.Name, To: source.Name + " (formatted)",
		Old: mask.Text(string(source.Bytes)), Fresh: mask.Text(string(formatted)),
	}.Write(a.out, a.outStyle())
}

// noSecrets is what is known of a text that was not decoded; those that it has
// are found in its tokens.
func noSecrets() []schema.Secret { return nil }
