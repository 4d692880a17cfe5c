package cli

import (
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

func (a *app) monitorStatusCommand(flags *monitorFlags) *cobra.Command {
	var format outputFormat
	watch := false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how the fallback routes stand",
		Long: `Status asks the running monitor how the fallback routes stand: which carries
traffic and since when, how each is and what its checks last said, what keeps
traffic from a better one, what does not work, and what handlers are still to be
told.

A route without a verifier is unverified: it is trusted while its link is up.
What is stale had no clear answer for longer than it should take.

Exit status: 0; 1 no monitor is running, or it does not answer.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if watch {
				return a.watchMonitor(flags.client(), format)
			}
			ctx, done := a.untilInterrupted()
			defer done()
			s, err := flags.client().Snapshot(ctx)
			if err != nil {
				return err
			}
			return a.showMonitor(s, format)
		},
	}
	format.register(cmd)
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show it again every second until Ctrl-C; with --json as lines of JSON")
	return cmd
}

func (a *app) showMonitor(s *control.Snapshot, format outputFormat) error {
	if format.asJSON {
		return view.JSON(a.out, s)
	}
	view.MonitorStatus(a.out, s)
	return nil
}

// watchMonitor shows how things stand again and again.
func (a *app) watchMonitor(client control.Client, format outputFormat) error {
	ctx, done := a.untilInterrupted()
	defer done()
	return client.Watch(ctx, func(s *control.Snapshot) error {
		switch onTerminal := a.isTerminal(a.env.Stdout); {
		case format.asJSON:
			if err := view.JSONLine(a.out, s); err != nil {
				return err
			}
		case onTerminal:
			a.out.Print(view.ClearScreen)
			view.MonitorStatus(a.out, s)
		default:
			view.MonitorStatus(a.out, s)
			a.out.Println()
		}
		return a.out.Flush()
	})
}
