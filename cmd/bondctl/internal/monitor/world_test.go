package monitor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// read gives the settings of a document's fallbacks, with all checks in phase.
func read(t require.TestingT, text string) []Settings { return inPhase(readSpread(t, text)) }

// readSpread gives them as they are read.
func readSpread(t require.TestingT, text string) []Settings {
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: "bond.hcl", Bytes: []byte(text)}}, schema.Inputs{
		Getenv: func(string) (string, bool) { return "", false },
	})
	require.False(t, diags.HasErrors(), "%v", diags)
	return Read(doc, verify.Name)
}

// line is a route's line to the outside.
type line struct {
	path Path
	// dead answers nothing.
	dead bool
	// silent are targets that are not there, or do not answer one kind of question:
	// "tcp 192.0.2.1".
	silent []string
	rtt    time.Duration
	// unclear is why nothing can be asked, empty for nothing.
	unclear string
}

// coming is an input on its way.
type coming struct {
	at    Moment
	input Input
}

// world stands for what is around the core: it asks what is to be asked, over lines
// that a story changes, and writes down what handlers and the kernel are told.
type world struct {
	settings *Settings
	state    State
	now      Moment
	wake     Moment
	coming   []coming
	lines    []*line
	log      []string
	// moves are those of traffic, and returns those of them to a better route.
	moves, returns int
	links          int
	// events are those that were told, without those of single checks.
	events []Event
	// recorder writes the history, nil for none, and decided are its decisions.
	recorder *Recorder
	decided  []Decision
	// asked are the moments at which each route was asked.
	asked  map[string][]Moment
	probes int
	// saved are the states that went to disk.
	saved []State
}

const second = Moment(time.Second)

// dawn is when worlds begin. All intervals begin then too, where checks have no phases.
const dawn = Moment(time.Hour)

// newWorld starts with all lines well.
func newWorld(settings *Settings) *world {
	w := &world{settings: settings, now: dawn, asked: map[string][]Moment{}}
	for i := range settings.Routes {
		w.lines = append(w.lines, &line{path: Path{Told: true, Index: i + 1, Carrier: true, Addressed: true}, rtt: 20 * time.Millisecond})
		if settings.Routes[i].Gateway.Kind == schema.GatewayAuto {
			w.lines[i].path.Gateway = addr(fmt.Sprintf("10.0.%d.1", i))
		}
	}
	return w
}

// begin tells of the start and of all paths.
func (w *world) begin() {
	w.put(Input{Kind: Started, Boot: "one", Known: &State{}})
	for i := range w.lines {
		w.tellPath(i)
	}
}

func (w *world) tellPath(i int) {
	w.put(Input{Kind: PathChanged, Route: w.settings.Routes[i].Name, Path: w.lines[i].path})
}

// put has the core take an input now.
func (w *world) put(in Input) {
	in.At = w.now
	w.saved = slices.DeleteFunc(w.saved, func(s State) bool { return s.Now == w.now }) // moments of the boot clock differ
	if in.Kind != Tick && w.wake != 0 && w.wake <= w.now {
		in.Overdue = w.wake
	}
	active, last := w.state.Active, w.state.Last
	var actions []Action
	w.state, actions = w.settings.Step(w.state, in)
	w.record(in, last)
	if w.state.Active != active && active != "" {
		w.moves++
		if w.state.Last != nil && w.state.Last.Cause == FailBack {
			w.returns++
		}
	}
	w.wake = 0
	for _, a := range actions {
		w.carryOut(a)
	}
}

// record writes the history.
func (w *world) record(in Input, before *Decision) {
	if w.recorder == nil {
		return
	}
	decided := w.state.Last
	if decided == before {
		decided = nil
	} else {
		w.decided = append(w.decided, *decided)
	}
	if err := w.recorder.Record(w.settings, in, decided); err != nil {
		panic(err)
	}
}

func (w *world) carryOut(a Action) {
	switch a.Kind {
	case Arrange:
		w.say("arrange %s", strings.Join(a.Order, " "))
	case Emit:
		if a.Event.Name != schema.EventChecked {
			w.events = append(w.events, *a.Event)
			w.say("%s %s", a.Event.Name, a.Route)
		}
	case Note:
		w.say("note: %s", a.Text)
	case CloseSockets:
		w.say("close sockets of %s", a.Route)
	case Probe:
		w.probe(a)
	case Wake:
		w.wake = a.At
	case Persist:
		w.saved = append(w.saved, w.state)
	case Warm, UseResolvers:
	}
}

func (w *world) say(format string, values ...any) {
	w.log = append(w.log, fmt.Sprintf("%.2f ", w.now.Sub(dawn).Seconds())+fmt.Sprintf(format, values...))
}

// probe asks over a line as it is now.
func (w *world) probe(a Action) {
	w.probes++
	w.asked[a.Route] = append(w.asked[a.Route], w.now)
	i := slices.IndexFunc(w.settings.Routes, func(r Route) bool { return r.Name == a.Route })
	route, line := &w.settings.Routes[i], w.lines[i]
	j := slices.IndexFunc(route.Checks, func(c Check) bool { return c.Name == a.Check })
	check := &route.Checks[j]
	in := Input{Kind: Checked, Route: a.Route, Check: a.Check, Asked: w.now}
	after := line.rtt
	for _, target := range check.Verifier.Targets.Values() {
		answer := Answer{Target: target, Outcome: Hit, Took: line.rtt}
		if line.unclear != "" {
			answer = Answer{Target: target, Outcome: Unclear, Said: line.unclear}
		} else if line.dead || line.path.Lacks(route.Gateway) != "" || slices.Contains(line.silent, target) || slices.Contains(line.silent, check.Verifier.Kind.Value+" "+target) || line.rtt > check.Timeout {
			answer = Answer{Target: target, Outcome: Miss, Said: "no answer"}
			after = check.Timeout
		}
		in.Answers = append(in.Answers, answer)
	}
	w.coming = append(w.coming, coming{w.now.Add(after), in})
}

// run lets time pass.
func (w *world) run(d time.Duration) {
	until := w.now.Add(d)
	for {
		next, i := until+1, -1
		for j, c := range w.coming {
			if c.at < next {
				next, i = c.at, j
			}
		}
		tick := w.wake != 0 && w.wake < next
		if tick {
			next = w.wake
		}
		if next > until {
			w.now = until
			return
		}
		w.now = max(w.now, next)
		if tick {
			w.put(Input{Kind: Tick})
			continue
		}
		in := w.coming[i].input
		w.coming = slices.Delete(w.coming, i, i+1)
		w.put(in)
	}
}

// line finds a route's line.
func (w *world) line(route string) (int, *line) {
	i := slices.IndexFunc(w.settings.Routes, func(r Route) bool { return r.Name == route })
	return i, w.lines[i]
}

// cut makes a line dead behind a live gateway, and mend heals it.
func (w *world) cut(route string) {
	_, l := w.line(route)
	l.dead = true
}

func (w *world) mend(route string) {
	_, l := w.line(route)
	l.dead = false
}

// carrier plugs a cable in or out.
func (w *world) carrier(route string, in bool) {
	i, l := w.line(route)
	l.path.Carrier = in
	w.tellPath(i)
}

// makeLink makes a link, with an index of its own.
func (w *world) makeLink(route string) {
	i, l := w.line(route)
	w.links++
	l.path = Path{Told: true, Index: 100 + w.links, Carrier: true, Addressed: true, Gateway: l.path.Gateway}
	w.tellPath(i)
}

// removeLink takes a link away.
func (w *world) removeLink(route string) {
	i, l := w.line(route)
	l.path = Path{Told: true, Gateway: l.path.Gateway}
	w.tellPath(i)
}

// restart goes on with the state as it comes back from disk.
func (w *world) restart(t require.TestingT, boot string) { w.resume(t, boot, w.state) }

// resume goes on with a state as it was at some time.
func (w *world) resume(t require.TestingT, boot string, state State) {
	text, err := json.Marshal(state)
	require.NoError(t, err)
	w.state = State{}
	require.NoError(t, json.Unmarshal(text, &w.state))
	w.coming, w.wake = nil, 0
	known := w.state
	w.saved = []State{known}
	w.put(Input{Kind: Started, Boot: boot, Known: &known})
	for i := range w.lines {
		w.tellPath(i)
	}
}

// told counts an event of a route.
func (w *world) told(name, route string) int {
	count := 0
	for _, e := range w.events {
		if e.Name == name && e.Route == route {
			count++
		}
	}
	return count
}

// happens insists on what was said since the last time.
func (w *world) happens(t *testing.T, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	assert.Equal(t, lines, w.log)
	w.log = nil
}
