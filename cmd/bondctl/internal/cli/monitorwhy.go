package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

func (a *app) monitorWhyCommand(flags *monitorFlags) *cobra.Command {
	var format outputFormat
	cmd := &cobra.Command{
		Use:   "why [FALLBACK]",
		Short: "Tell what the last decision rests on",
		Long: `Why tells when traffic last moved, or was left where it is, and what was known
then of every route: what was asked and answered, how often in a row, and the
thresholds that this was held against.

Exit status: 0; 1 no monitor is running, or it has no such fallback.`,
		Example: `  bondctl monitor why
  bondctl monitor why internet --json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completesFallbacks(flags),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, done := a.untilInterrupted()
			defer done()
			s, err := flags.client().Snapshot(ctx)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				err = only(s, args[0])
			}
			if err != nil {
				return err
			}
			if format.asJSON {
				return view.JSON(a.out, view.NewWhyJSON(s))
			}
			view.Why(a.out, s)
			return nil
		},
	}
	format.register(cmd)
	return cmd
}

// only leaves one fallback in a snapshot.
func only(s *control.Snapshot, name string) error {
	names := fallbackNames(s)
	if !slices.Contains(names, name) {
		return errors.New(unknown("fallback", name, names))
	}
	s.Fallbacks = slices.DeleteFunc(s.Fallbacks, func(f control.Fallback) bool { return f.Fallback != name })
	return nil
}
