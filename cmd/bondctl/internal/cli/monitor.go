package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

// defaultStateDir is where the monitor keeps what must outlive it, below Env.Root.
const defaultStateDir = stateDir + "/monitor"

// watchFlags are those of the monitor itself.
type watchFlags struct {
	*monitorFlags
	// stateDir is where it keeps what must outlive it.
	stateDir string
	// metrics is the address that metrics are served at, empty for none.
	metrics string
	// history is the file that everything is recorded in, empty for none.
	history string
}

func (a *app) monitorCommand() *cobra.Command {
	flags := watchFlags{monitorFlags: &monitorFlags{}}
	cmd := &cobra.Command{
		Use:   "monitor",
		Short: "Watch the fallback routes and move traffic when a path dies",
		Long: `Monitor watches the routes of the document's fallback blocks and has the default
route go over the best that works. It asks the targets of each verify block over
the block's own link, moves traffic when the path in use has failed and another
passes, and back when a better one has been good for min_good. There is a default
route at every moment: the new one is written before the old one is taken away,
and the host's own stay, behind those of the monitor. Handlers are told of what
happens from a queue on disk.

It runs until SIGTERM or Ctrl-C, and then leaves routes as on_stop says. SIGHUP
reads the document again. What is known of routes outlives a restart. There is one
monitor at a time; bondctl install-units installs a service that runs it, and
systemctl enable --now bondctl-monitor begins with that.

As root it refuses a document that others can write, for that names commands to run.

Exit status: 0 it was told to end; 1 error, or another monitor runs; 3 the
document is invalid, or has no fallback.`,
		Example: `  bondctl -c bondctl.hcl monitor
  bondctl monitor --metrics 127.0.0.1:9873
  bondctl monitor status --watch`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.runMonitor(flags) },
	}
	a.registerRunDir(cmd, flags.monitorFlags)
	own := cmd.Flags()
	own.StringVar(&flags.stateDir, "state-dir", filepath.Join(a.env.Root, defaultStateDir), "the `DIR` for the state of routes and the events that wait")
	own.StringVar(&flags.metrics, "metrics", "", "serve Prometheus metrics at `HOST:PORT/metrics`, or at the socket unix:PATH (default: nowhere)")
	own.StringVar(&flags.history, "history", "", "record what comes in and what is decided in a `FILE`, for monitor simulate")
	completes(cmd.MarkFlagDirname("state-dir"))
	completes(cmd.MarkFlagFilename("history", "jsonl"))
	cmd.AddCommand(
		a.monitorStatusCommand(flags.monitorFlags), a.monitorWhyCommand(flags.monitorFlags), a.monitorSwitchCommand(flags.monitorFlags),
		a.monitorReloadCommand(flags.monitorFlags), a.simulateCommand(),
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
