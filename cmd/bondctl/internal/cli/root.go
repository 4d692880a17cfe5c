package cli

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

// app is one run of the program.
type app struct {
	env Env
	// out and errs are flushed when the run ends, and errs after each diagnostic.
	out, errs *view.Page

	// events tells what happens; talking keeps texts of goroutines apart.
	events  view.Events
	talking sync.Mutex

	// live is set for what works on the running host.
	live bool
	// runner is who runs the commands that the document names: then one that others
	// can write is refused, and foreign is that refusal. It is empty where nobody does.
	runner  string
	foreign error
	// seen are the network systems of the host, nil until they were looked at.
	seen *manager.Facts

	config      string
	assignments []string
	varFiles    []string
	noColor     bool
}

// wallPatience is how long terminals are waited for when all is done.
const wallPatience = time.Second

func newApp(env Env) *app {
	a := &app{env: env, out: view.NewPage(env.Stdout), errs: view.NewPage(env.Stderr)}
	a.events = view.PersonEvents{Out: a.out, Errs: a.errs}
	return a
}

// Commands gives the tree of commands for whoever writes about them. Nothing of it can be
// run.
func Commands() *cobra.Command { return newApp(Env{Root: "/"}).rootCommand() }

// Run does what the arguments say and gives the exit code.
func Run(env Env) int {
	if env.Wall == nil {
		env.Wall = silence
	}
	a := newApp(env)
	code, cause := codeOf(a.run())
	env.Wall.Wait(wallPatience)
	if err := a.out.Flush(); err != nil && cause == nil {
		code, cause = codeError, fmt.Errorf("writing the output: %w", err)
	}
	if code != codeDone {
		a.event(view.Failed(code, cause))
	}
	if cause != nil {
		a.errs.Printf("%s\n", a.errStyle().Error(cause.Error()))
	}
	_ = a.errs.Flush() // nobody is left to tell
	return code
}

func (a *app) run() error {
	root := a.rootCommand()
	root.SetArgs(a.env.Args)
	root.SetIn(a.env.Stdin)
	root.SetOut(a.out)
	root.SetErr(a.errs)
	return root.Execute()
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "bondctl",
		Short: "Describe, validate, render and apply network bonds",
		Long: `bondctl reads one HCL description of a host's bonds, their slaves, VLANs,
addresses and fallback routes, validates it, renders it for whatever network
system the host runs, and applies it behind a guard that undoes what nobody
confirms.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVarP(&a.config, "config", "c", "", "the document: a `FILE`, a directory of *.hcl files, or - for standard input (default bondctl.hcl here, else /etc/bondctl/)")
	flags.StringArrayVar(&a.assignments, "var", nil, "set a variable of the document: `NAME=VALUE` (again for more; not for secrets, others can see them)")
	flags.StringArrayVar(&a.varFiles, "var-file", nil, "set variables from a `FILE` (again for more; the last wins)")
	flags.BoolVar(&a.noColor, "no-color", false, "plain text on a terminal too, as the environment variable NO_COLOR")
	completes(root.MarkPersistentFlagFilename("config", "hcl"))
	completes(root.MarkPersistentFlagFilename("var-file"))
	root.AddCommand(
		a.initCommand(), a.importCommand(), a.convertCommand(), a.validateCommand(), a.fmtCommand(), a.generateCommand(), a.planCommand(), a.applyCommand(),
		a.confirmCommand(), a.extendCommand(), a.rollbackCommand(), a.releaseCommand(), a.statusCommand(), a.historyCommand(), a.recoverCommand(), a.installUnitsCommand(), a.guardCommand(), a.monitorCommand(),
		a.explainCommand(), a.referenceCommand(), a.versionCommand(), exitCodesTopic(),
	)
	return root
}

// completes insists that a flag to be completed is one that was defined.
func completes(err error) {
	if err != nil {
		panic(err)
	}
}

// noSuchCommand refuses what is no command, and names the one that was
// probably meant.
func noSuchCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, cmd := range root.Commands() {
		names = append(names, cmd.Name())
	}
	return errors.New(unknown("command", args[0], names))
}

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit status says", Long: exitCodes}
}

// outputFormat is a flag that many commands have.
type outputFormat struct{ asJSON bool }

func (f *outputFormat) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print JSON, its format_version first")
}

// outStyle is how text on standard output looks.
func (a *app) outStyle() view.Style { return a.style(a.env.Stdout) }

// errStyle is how text on standard error looks.
func (a *app) errStyle() view.Style { return a.style(a.env.Stderr) }

func (a *app) style(w io.Writer) view.Style {
	never, _ := a.env.LookupEnv("NO_COLOR")
	kind, _ := a.env.LookupEnv("TERM")
	return view.Style{Color: a.isTerminal(w) && !a.noColor && never == "" && kind != "dumb"}
}

func (a *app) isTerminal(w io.Writer) bool { return a.env.IsTerminal != nil && a.env.IsTerminal(w) }

// event tells what happens.
func (a *app) event(e view.Event) {
	a.talking.Lock()
	defer a.talking.Unlock()
	a.events.Tell(e)
}

// say writes a line of what is beside the output: notes and summaries.
func (a *app) say(format string, values ...any) { a.event(view.Note(fmt.Sprintf(format, values...))) }

// tell writes a line of output.
func (a *app) tell(format string, values ...any) {
	a.out.Println(view.Line(fmt.Sprintf(format, values...)))
}
