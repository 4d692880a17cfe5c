package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/templates"
)

// defaultStarter is what init writes when nothing else is asked for.
const defaultStarter = "active-backup"

func (a *app) initCommand() *cobra.Command {
	var template string
	var list bool
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a document to begin with",
		Long: `Init writes a commented starter document to FILE, bondctl.hcl without one. It
never overwrites a file.`,
		Example: `  bondctl init --list
  bondctl init --template homeplug-wifi`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if list {
				view.Starters(a.out, templates.Starters())
				return nil
			}
			return a.init(template, append(args, defaultFile)[0])
		},
	}
	cmd.Flags().StringVarP(&template, "template", "t", defaultStarter, "the starter to write: a `NAME` of --list")
	cmd.Flags().BoolVarP(&list, "list", "l", false, "list the starters")
	completes(cmd.RegisterFlagCompletionFunc("template", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var words []string
		for _, s := range templates.Starters() {
			words = append(words, s.Name+"\t"+s.Summary)
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}))
	return cmd
}

func (a *app) init(template, file string) error {
	starter, ok := templates.Lookup(template)
	if !ok {
		return errors.New(unknown("template", template, starterNames()))
	}
	if err := createFile(file, starter.Content); err != nil {
		return err
	}
	a.tell("%s is written: %s.", file, starter.Summary)
	if file == defaultFile {
		a.tell("Edit it, then run bondctl validate.")
	} else {
		a.tell("Edit it, then run bondctl validate -c %s.", file)
	}
	return nil
}

func starterNames() []string {
	var names []string
	for _, s := range templates.Starters() {
		names = append(names, s.Name)
	}
	return names
}
