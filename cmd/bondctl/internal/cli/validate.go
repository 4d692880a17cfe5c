package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

type validateFlags struct {
	outputFormat
	// strict makes warnings errors.
	strict bool
}

func (a *app) validateCommand() *cobra.Command {
	var flags validateFlags
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Find all mistakes in the document",
		Long: `Validate finds everything that the bonding driver would refuse (errors) and
what it lets pass but experience forbids (warnings), each with its place and
its remedy. It changes nothing and asks nothing of the machine.

Exit status: 0 valid, 3 invalid.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.validate(flags) },
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&flags.strict, "warnings-as-errors", false, "a document with warnings is invalid too")
	return cmd
}

func (a *app) validate(flags validateFlags) error {
	d, err := a.read()
	if err != nil {
		return err
	}
	if flags.strict {
		d.diags = asErrors(d.diags)
	}
	if flags.asJSON {
		if err := view.JSON(a.out, view.NewValidationJSON(d.sources, d.diags)); err != nil {
			return err
		}
	} else {
		a.show(d, d.diags)
	}
	switch {
	case d.diags.HasErrors() && flags.asJSON:
		return exitError{code: codeInvalid}
	case d.diags.HasErrors():
		a.say("%s", verdict(d))
		return exitError{code: codeInvalid}
	case !flags.asJSON:
		a.tell("%s", verdict(d))
	}
	return nil
}

// verdict is the last line about a document.
func verdict(d *description) string {
	findings := view.Findings(d.diags)
	if d.diags.HasErrors() {
		return fmt.Sprintf("%s is not valid: %s.", d.doc.Name, findings)
	}
	if findings != "" {
		findings = "; " + findings
	}
	return fmt.Sprintf("%s is valid: %s%s.", d.doc.Name, view.Contents(d.doc), findings)
}
