package cli

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// defaultRunDir is where a running monitor has its socket and its lock, below Env.Root.
const defaultRunDir = "run/bondctl"

// monitorFlags are those that say which monitor is meant.
type monitorFlags struct {
	// runDir is where its socket is.
	runDir string
}

func (a *app) registerRunDir(cmd *cobra.Command, flags *monitorFlags) {
	cmd.PersistentFlags().StringVar(&flags.runDir, "run-dir", filepath.Join(a.env.Root, defaultRunDir), "the `DIR` that has the socket and the lock of the monitor")
	completes(cmd.MarkPersistentFlagDirname("run-dir"))
}

func (f *monitorFlags) client() control.Client {
	return control.Client{Path: filepath.Join(f.runDir, control.Socket)}
}

// untilInterrupted gives a context that ends with a Ctrl-C, or where nobody is left to
// show anything to. It is to be let go.
func (a *app) untilInterrupted() (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	signals := a.env.Signals()
	go func() {
		defer stop()
		select {
		case <-signals:
		case <-ctx.Done():
		}
	}()
	return ctx, stop
}

// fallbackNames lists the fallbacks of a snapshot, each once.
func fallbackNames(s *control.Snapshot) []string {
	var names []string
	for _, f := range s.Fallbacks {
		if !slices.Contains(names, f.Fallback) {
			names = append(names, f.Fallback)
		}
	}
	return names
}

// routeNames lists the routes of the fallbacks so named, or of all where the name is
// empty, each once.
func routeNames(s *control.Snapshot, fallback string) []string {
	var names []string
	for _, f := range s.Fallbacks {
		for _, r := range f.Routes {
			if (fallback == "" || f.Fallback == fallback) && !slices.Contains(names, r.Route) {
				names = append(names, r.Route)
			}
		}
	}
	return names
}

// known is a snapshot that completion chooses from: that of the running monitor, or
// one of the names that the document has.
func (a *app) known(flags *monitorFlags) *control.Snapshot {
	if s, err := flags.client().Snapshot(context.Background()); err == nil {
		return s
	}
	s := &control.Snapshot{}
	d, err := a.read()
	if err != nil {
		return s
	}
	for _, settings := range watched(d.doc) {
		f := control.Fallback{Fallback: settings.Fallback}
		for _, r := range settings.Routes {
			f.Routes = append(f.Routes, control.Route{Route: r.Name})
		}
		s.Fallbacks = append(s.Fallbacks, f)
	}
	return s
}

// completesFallbacks completes one name of a fallback.
func (a *app) completesFallbacks(flags *monitorFlags) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return fallbackNames(a.known(flags)), cobra.ShellCompDirectiveNoFileComp
	}
}
