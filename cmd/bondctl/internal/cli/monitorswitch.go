package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// choice is where a person wants traffic to go: over a route of a fallback, or with
// auto where the monitor would choose.
type choice struct {
	fallback, route string
	auto            bool
}

func (a *app) monitorSwitchCommand(flags *monitorFlags) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use:   "switch ROUTE | --auto",
		Short: "Move traffic to a route, or let the monitor choose again",
		Long: `Switch moves traffic to a route and keeps it there while the route passes, over
restarts too. When it fails, traffic moves on, and returns when it passes again.
With --auto the monitor chooses again, in the order of the document. It tells
what came of it; a route that has to be brought up first is waited for.

Exit status: 0 traffic goes where it was wanted; 1 not, or not yet: it says why.`,
		Example: `  bondctl monitor switch gsm
  bondctl monitor switch gsm --fallback internet
  bondctl monitor switch --auto`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completesRoutes(flags, &c),
		RunE: func(_ *cobra.Command, args []string) error {
			if (len(args) == 1) == c.auto {
				return errors.New("name a route, or say --auto: one of the two")
			}
			c.route = strings.Join(args, "")
			return a.switchRoute(flags.client(), c)
		},
	}
	cmd.Flags().BoolVar(&c.auto, "auto", false, "let the monitor choose again")
	cmd.Flags().StringVar(&c.fallback, "fallback", "", "the fallback by its `NAME`, where several have the route")
	completes(cmd.RegisterFlagCompletionFunc("fallback", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return fallbackNames(a.known(flags)), cobra.ShellCompDirectiveNoFileComp
	}))
	return cmd
}

func (a *app) completesRoutes(flags *monitorFlags, c *choice) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 || c.auto {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return routeNames(a.known(flags), c.fallback), cobra.ShellCompDirectiveNoFileComp
	}
}

func (a *app) switchRoute(client control.Client, c choice) error {
	ctx, done := a.untilInterrupted()
	defer done()
	before, err := client.Snapshot(ctx)
	if err != nil {
		return err
	}
	if c.fallback, err = c.among(before); err != nil {
		return err
	}
	after, err := a.choose(ctx, client, c)
	if err != nil {
		return err
	}
	if late := a.tellSwitch(c, before, after); late {
		return exitError{code: codeError}
	}
	return nil
}

// among finds the fallback that is meant.
func (c choice) among(s *control.Snapshot) (string, error) {
	names := fallbackNames(s)
	if c.fallback != "" && !slices.Contains(names, c.fallback) {
		return "", errors.New(unknown("fallback", c.fallback, names))
	}
	candidates := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return (c.fallback != "" && name != c.fallback) || (!c.auto && !slices.Contains(routeNames(s, name), c.route))
	})
	switch {
	case len(names) == 0:
		return "", errors.New("the monitor's document has no fallback: there is nothing to switch")
	case len(candidates) == 0:
		return "", fmt.Errorf("there is no route %q; there are %s", c.route, strings.Join(routeNames(s, c.fallback), ", "))
	case len(candidates) > 1:
		return "", fmt.Errorf("this can mean each of the fallbacks %s: say which with --fallback", strings.Join(candidates, ", "))
	}
	return candidates[0], nil
}

// judgedWithin is how long a route that is not judged yet is waited for.
const judgedWithin = 10 * time.Second

// choose tells the monitor, and waits while the route is being brought up or judged.
func (a *app) choose(ctx context.Context, client control.Client, c choice) (*control.Snapshot, error) {
	after, err := client.Switch(ctx, c.fallback, c.route)
	if err != nil {
		return nil, err
	}
	begun := after.Taken
	settled := func(s *control.Snapshot) bool {
		return !slices.ContainsFunc(s.Fallbacks, func(f control.Fallback) bool { return c.awaits(&f, s.Taken.Sub(begun)) })
	}
	if !settled(after) {
		a.say("%s is not ready yet; waiting for it. Ctrl-C ends the waiting, and not the switch", c.route)
	}
	return client.Await(ctx, after, settled)
}

// awaits tells whether a switch may still come about soon, so long after it was wanted.
func (c choice) awaits(f *control.Fallback, waited time.Duration) bool {
	if f.Fallback != c.fallback || c.auto || f.Active == c.route {
		return false
	}
	i := slices.IndexFunc(f.Routes, func(r control.Route) bool { return r.Route == c.route })
	return f.Activating == c.route || (i >= 0 && f.Routes[i].Status == monitor.Unknown && waited < judgedWithin)
}

// tellSwitch tells what came of it in each family, and whether some traffic is not
// where it was wanted.
func (a *app) tellSwitch(c choice, before, after *control.Snapshot) (late bool) {
	for i := range after.Fallbacks {
		f := &after.Fallbacks[i]
		j := slices.IndexFunc(f.Routes, func(r control.Route) bool { return r.Route == c.route })
		switch {
		case f.Fallback != c.fallback || (!c.auto && j < 0):
			continue
		case c.auto || f.Active == c.route:
			a.tell("%s (%s): traffic %s.", f.Fallback, f.Family, course(before, f))
		default:
			late = true
			a.tell("%s (%s): not yet: traffic stays with %s, for %s. It moves when %s passes; monitor switch --auto takes that back.", f.Fallback, f.Family, f.Active, f.Routes[j].Text, c.route)
		}
	}
	return late
}

// course says how traffic of a fallback goes, and from where it came.
func course(before *control.Snapshot, now *control.Fallback) string {
	for _, f := range before.Fallbacks {
		if f.Fallback == now.Fallback && f.Family == now.Family && f.Active != "" && f.Active != now.Active {
			return "moved from " + f.Active + " to " + now.Active
		}
	}
	return "goes over " + now.Active + ", as before"
}
