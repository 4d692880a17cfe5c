package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
)

func (a *app) extendCommand() *cobra.Command {
	var more time.Duration
	cmd := &cobra.Command{
		Use:     "extend [ID]",
		Short:   "Give a change that waits for confirmation more time",
		Long:    `Extend moves the end of the window to a time counted from now. Without an ID it is the open transaction.`,
		Example: `  bondctl extend --for 5m`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withStore(func(s *checkpoint.Store) error {
				j, err := s.Extend(idOf(args), a.actor(), more)
				if err == nil {
					a.tell("Transaction %s waits until %s.", j.ID, j.Until.UTC().Format("2006-01-02 15:04:05 UTC"))
				}
				return locked(err)
			})
		},
	}
	cmd.Flags().DurationVar(&more, "for", time.Minute, "how long from now, as `5m`")
	return cmd
}
