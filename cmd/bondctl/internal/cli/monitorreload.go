package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

func (a *app) monitorReloadCommand(flags *monitorFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "reload",
		Short: "Have the monitor read its document again",
		Long: `Reload has the running monitor read its document again, as SIGHUP does, and
says what came of it. Traffic stays where it is, and what is known of routes and
checks that are still there is kept. A document that is not valid changes
nothing.

Exit status: 0; 1 no monitor is running, or it could not; 3 the document is invalid.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx, done := a.untilInterrupted()
			defer done()
			s, err := flags.client().Reload(ctx)
			if invalid, ok := errors.AsType[*control.InvalidError](err); ok {
				return exitError{code: codeInvalid, cause: invalid}
			}
			if err != nil {
				return err
			}
			a.tell("%s was read again; %s watched.", s.Document, counted(len(fallbackNames(s)), "fallback is", "fallbacks are"))
			return nil
		},
	}
}
