package cli

import (
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

func (a *app) monitorCommand() *cobra.Command {
	var flags monitorFlags
	cmd := &cobra.Command{
		Use:   "monitor",
		Short: "Try out fallback routes",
		Long: `Monitor has what tells how the fallback routes of a document would behave. This
version does not move routes itself yet.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	a.registerRunDir(cmd, &flags)
	cmd.AddCommand(
		a.monitorStatusCommand(&flags), a.monitorWhyCommand(&flags), a.monitorSwitchCommand(&flags), a.monitorReloadCommand(&flags),
		a.simulateCommand(),
	)
	return cmd
}

// watched is what is to be watched of a document. Its checks are named without
// secrets, for the names go to logs, handlers and the history.
func watched(doc *schema.Document) []monitor.Settings {
	redactor := view.NewRedactor(doc.Secrets())
	return monitor.Read(doc, func(v *schema.Verifier) string { return redactor.Text(verify.Name(v)) })
}

// forecasts is how soon each fallback of the document moves.
func forecasts(doc *schema.Document) []monitor.Forecast {
	var all []monitor.Forecast
	for _, settings := range watched(doc) {
		all = append(all, settings.Forecast())
	}
	return all
}
