package monitor

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// Properties come in two kinds: whatever happens in a world that is consistent, and
// whatever comes in at all.

// fate is a world to which anything happens.
type fate struct {
	*world
	// calm is what each line was like when somebody last did something to it, and when.
	calm []calm
	// person is set once somebody has chosen a route.
	person bool
	before int
}

// calm is a line that is left alone.
type calm struct {
	line  line
	since Moment
}

func newFate(r *rapid.T, settings Settings) *fate {
	settings.Routes = slices.Clone(settings.Routes)
	settings.ByHand = rapid.Bool().Draw(r, "by hand")
	settings.MinGood = time.Duration(rapid.IntRange(0, 60).Draw(r, "min good")) * time.Second
	for i := range settings.Routes {
		settings.Routes[i].BroughtUp = rapid.Bool().Draw(r, "brought up")
		if rapid.IntRange(0, 3).Draw(r, "checks") == 0 {
			settings.Routes[i].Checks = nil
		}
		settings.Routes[i].Checks = slices.Clone(settings.Routes[i].Checks)
		for j := range settings.Routes[i].Checks { // hours pass sooner
			settings.Routes[i].Checks[j].Interval, settings.Routes[i].Checks[j].Standby = 5*time.Second, 20*time.Second
		}
	}
	settings.drawPhases(r)
	f := &fate{world: newWorld(&settings)}
	f.begin()
	f.disturb()
	return f
}

// disturb is that something happens to all lines.
func (f *fate) disturb() {
	f.calm = make([]calm, len(f.lines))
	f.watch()
}

// watch notes what has happened to the lines.
func (f *fate) watch() {
	for i, l := range f.lines {
		if !reflect.DeepEqual(f.calm[i].line, *l) {
			f.calm[i] = calm{*l, f.now}
		}
	}
}

func (f *fate) route(r *rapid.T) string {
	return f.settings.Routes[rapid.IntRange(0, len(f.settings.Routes)-1).Draw(r, "route")].Name
}

func (f *fate) happenings() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":             f.holds,
		"time passes":  func(r *rapid.T) { f.run(time.Duration(rapid.IntRange(0, 60_000).Draw(r, "ms")) * time.Millisecond) },
		"cut":          func(r *rapid.T) { f.cut(f.route(r)) },
		"flaps":        f.flaps,
		"mend":         func(r *rapid.T) { f.mend(f.route(r)) },
		"cable":        func(r *rapid.T) { f.carrier(f.route(r), rapid.Bool().Draw(r, "in")) },
		"new link":     func(r *rapid.T) { f.makeLink(f.route(r)) },
		"no link":      func(r *rapid.T) { f.removeLink(f.route(r)) },
		"bond":         func(r *rapid.T) { f.put(Input{Kind: BondFailover, Route: f.route(r)}) },
		"stall":        func(*rapid.T) { f.now += second; f.put(Input{Kind: Stalled}) },
		"target":       f.target,
		"person":       f.says,
		"restart":      f.again,
		"other order":  f.reload,
		"two at once":  func(r *rapid.T) { f.cut(f.route(r)); f.cut(f.route(r)) },
		"all are well": func(*rapid.T) { f.mendAll() },
	}
}

// flaps is a path that fails again and again, and is well.
func (f *fate) flaps(r *rapid.T) {
	route := f.route(r)
	for range rapid.IntRange(1, 12).Draw(r, "times") {
		f.cut(route)
		f.run(30 * time.Second)
		f.mend(route)
		f.run(30 * time.Second)
	}
}

func (f *fate) target(r *rapid.T) {
	_, l := f.line(f.route(r))
	l.silent = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2"}), rapid.ID[string]).Draw(r, "silent")
}

func (f *fate) says(r *rapid.T) {
	route := rapid.SampledFrom([]string{"", "fibre", "cable", "modem"}).Draw(r, "word")
	f.person = f.person || route != ""
	f.put(Input{Kind: Switched, Route: route})
}

// again is a restart, which takes some time.
func (f *fate) again(r *rapid.T) {
	f.now += Moment(rapid.IntRange(1, 30_000).Draw(r, "ms")) * Moment(time.Millisecond)
	f.restart(r, "one")
	f.disturb()
}

// killed is a restart of a monitor that could not save what it found out last, or anything.
func (f *fate) killed(r *rapid.T) {
	f.now++
	saved := append([]State{{}}, f.saved...)
	f.resume(r, "one", saved[max(0, len(saved)-rapid.IntRange(1, 4).Draw(r, "late"))])
	f.disturb()
}

func (f *fate) reload(r *rapid.T) {
	order := rapid.Permutation([]int{0, 1, 2}).Draw(r, "order")
	reordered := *f.settings
	reordered.Routes = nil
	var lines []*line
	for _, i := range order {
		reordered.Routes, lines = append(reordered.Routes, f.settings.Routes[i]), append(lines, f.lines[i])
	}
	f.settings, f.lines = &reordered, lines
	f.put(Input{Kind: Reloaded})
	f.disturb()
}

func (f *fate) mendAll() {
	for i, l := range f.lines {
		l.dead, l.silent = false, nil
		l.path.Index, l.path.Carrier = max(1, l.path.Index), true
		l.path.Told, l.path.Addressed = true, true
		f.tellPath(i)
	}
}

// holds is what is true after everything that happens.
func (f *fate) holds(r *rapid.T) {
	s := &f.state
	route := func(name string) *RouteState {
		i := slices.IndexFunc(s.Routes, func(r RouteState) bool { return r.Name == name })
		require.GreaterOrEqual(r, i, 0, "%q is a route", name)
		return &s.Routes[i]
	}
	active := route(s.Active)
	for _, other := range s.Routes {
		if other.SetUp {
			require.Contains(r, []string{s.Active, s.Activating}, other.Name, "who was told to set up and carries nothing is told to tear down")
		}
	}
	if len(s.Order) > 0 {
		require.Len(r, s.Order, len(s.Routes))
		if active.Status.Usable() {
			require.Equal(r, s.Active, s.Order[0], "the kernel sends over what is called active")
		}
	}
	if f.moves > f.before {
		f.before = f.moves
		f.movedWell(r)
	}
	f.saysOnce(r)
	f.watch()
	f.escapes(r, active)
}

// escapes is that traffic does not stay on a dead route while another is well: when
// each has been what it is for as long as it takes to find that out, whatever was before.
func (f *fate) escapes(r *rapid.T, active *RouteState) {
	if !active.Status.gone() || f.now.Sub(f.state.Doubt) < 3*time.Second {
		return
	}
	for i, l := range f.lines {
		set := &f.settings.Routes[i]
		well := !l.dead && len(l.silent) == 0 && l.path.Lacks(set.Gateway) == ""
		if well && f.now.Sub(f.calm[i].since) > set.returned(0)+time.Second {
			require.Equal(r, set.Name, active.Name, "%s has been well for %s", set.Name, f.now.Sub(f.calm[i].since))
		}
	}
}

// movedWell is that traffic only went to what passed, and only left for a reason.
func (f *fate) movedWell(r *rapid.T) {
	d := f.state.Last
	if d.Cause == NoWay || d.From == d.To {
		return // moved and lost again within one stretch of time
	}
	for _, finding := range d.Evidence {
		switch {
		case finding.Route == d.To:
			require.True(r, finding.Status.Usable(), "%s is %s", finding.Route, finding.Status)
		case finding.Route == d.From && d.Cause == Failover:
			require.True(r, finding.Status.gone(), "%s is %s", finding.Route, finding.Status)
		}
	}
	require.False(r, f.settings.ByHand && d.Cause == FailBack && f.state.Pin == "" && !f.settings.Routes[f.index(d.To)].BroughtUp)
}

func (f *fate) index(route string) int { i, _ := f.line(route); return i }

// saysOnce is that "all down" is said once until something passes again.
func (f *fate) saysOnce(r *rapid.T) {
	down := false
	for _, e := range f.events {
		switch e.Name {
		case schema.EventAllDown:
			require.False(r, down)
			down = true
		case schema.EventRestored, schema.EventConnected:
			down = false
		}
	}
}

func TestWhateverHappens(t *testing.T) {
	settings := read(t, uplinks)[0]
	rapid.Check(t, func(r *rapid.T) {
		f := newFate(r, settings)
		r.Repeat(f.happenings())
		f.comesToRest(r)
	})
}

// comesToRest is that traffic is where it belongs once all has been well for long.
func (f *fate) comesToRest(r *rapid.T) {
	f.mendAll()
	f.run(longestHold + 10*time.Minute)
	s := &f.state
	want := s.Active
	if s.Pin != "" {
		want = s.Pin
	} else if !f.settings.ByHand {
		want = s.Routes[0].Name
	}
	require.Equal(r, want, s.Active)
	require.True(r, s.Routes[f.index(s.Active)].Status.Usable())
	require.False(r, s.AllDown)
	require.Empty(r, s.Activating)
	require.True(r, s.Announced)
}

func drawInput(r *rapid.T) Input {
	in := Input{
		Kind:  rapid.SampledFrom([]InputKind{Checked, Checked, Checked, Checked, CameLate, PathChanged, BondFailover, Stalled, Tick, Reloaded, Left, Continued}).Draw(r, "kind"),
		Route: rapid.SampledFrom([]string{"fibre", "cable", "modem", "nowhere"}).Draw(r, "route"),
	}
	switch in.Kind {
	case Checked, CameLate:
		in.Check = rapid.SampledFrom([]string{"icmp 192.0.2.1, 192.0.2.2", "icmp 192.0.2.1", ""}).Draw(r, "check")
		for range rapid.IntRange(0, 2).Draw(r, "answers") {
			in.Answers = append(in.Answers, Answer{
				Target:  rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2"}).Draw(r, "target"),
				Outcome: rapid.SampledFrom([]Outcome{Hit, Hit, Miss, Unclear}).Draw(r, "outcome"),
				Late:    time.Duration(rapid.IntRange(0, 1).Draw(r, "late")) * time.Second,
			})
		}
	case PathChanged:
		in.Path = Path{Index: rapid.IntRange(0, 2).Draw(r, "index"), Carrier: rapid.Bool().Draw(r, "carrier"), Addressed: true, Gateway: addr("10.0.0.1")}
	case Started, Tick, BondFailover, Switched, Stalled, Reloaded, Left, Continued:
	}
	return in
}

// However a world flaps that nobody could think of, the returns grow with the
// logarithm of the time, and what traffic flees to was usable for a moment.
func TestMovesAreBounded(t *testing.T) {
	described := read(t, uplinks)[0]
	rapid.Check(t, func(r *rapid.T) {
		settings := described
		settings.Routes = slices.Clone(described.Routes)
		settings.MinGood = time.Duration(rapid.IntRange(0, 5).Draw(r, "min good")) * time.Second
		if rapid.Bool().Draw(r, "trusted") {
			settings.Routes[0].Checks, settings.Routes[1].Checks = nil, nil
		}
		s, now, moves, returns := State{}, second, 0, 0
		for range rapid.IntRange(0, 400).Draw(r, "inputs") {
			in := drawInput(r)
			now += Moment(rapid.IntRange(0, 1000).Draw(r, "ms")) * Moment(time.Millisecond)
			in.At, in.Asked = now, now
			active := s.Active
			s = stepSafely(r, &settings, s, in)
			if active != "" && s.Active != active {
				moves++
				if s.Last.Cause == FailBack {
					returns++
				}
			}
		}
		require.LessOrEqual(r, returns, mostReturns(3, now.Sub(second)))
		require.LessOrEqual(r, moves-returns, returns+mostEscapes(3, now.Sub(second)))
	})
}

// stepSafely insists that a step changes nothing of what it was given, and that the
// state comes back from disk as it was.
func stepSafely(r *rapid.T, settings *Settings, before State, in Input) State {
	given, err := json.Marshal(before)
	require.NoError(r, err)
	after, _ := settings.Step(before, in)
	still, err := json.Marshal(before)
	require.NoError(r, err)
	require.JSONEq(r, string(given), string(still))
	text, err := json.Marshal(after)
	require.NoError(r, err)
	var read State
	require.NoError(r, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(r, err)
	require.Equal(r, string(text), string(again))
	return read
}

// mostReturns is how many moves to better routes a world may cause within a time.
func mostReturns(routes int, span time.Duration) int {
	each := math.Log2(max(1, float64(span/settling))) + float64(span/forgiving) + 2
	return int(2 * float64(routes) * each)
}

// mostEscapes is how many moves from dead routes it may cause, beside those from where
// traffic had returned to.
func mostEscapes(routes int, span time.Duration) int { return routes * (int(span/settling) + 2) }

// The worst that links can do is to be gone as soon as traffic takes them.
func TestTheWorstLinks(t *testing.T) {
	settings := read(t, uplinks)[0]
	for i := range settings.Routes {
		settings.Routes[i].Checks = nil
	}
	w := newWorld(&settings)
	w.begin()
	for range 6000 {
		active := w.state.Active
		for _, r := range settings.Routes {
			if r.Name == active {
				w.removeLink(r.Name)
			} else {
				w.makeLink(r.Name)
			}
		}
		w.run(100 * time.Millisecond)
	}
	assert.LessOrEqual(t, w.returns, mostReturns(3, 10*time.Minute))
	assert.LessOrEqual(t, w.moves-w.returns, w.returns+mostEscapes(3, 10*time.Minute))
	assert.Greater(t, w.moves, 3)
}

// The worst that paths can do is to die as soon as traffic takes them.
func TestTheWorstPaths(t *testing.T) {
	settings := read(t, uplinks)[0]
	w := newWorld(&settings)
	w.begin()
	for range 3600 {
		for i, l := range w.lines {
			l.dead = settings.Routes[i].Name == w.state.Active
		}
		w.run(time.Second)
	}
	assert.LessOrEqual(t, w.returns, mostReturns(3, time.Hour))
	assert.LessOrEqual(t, w.moves-w.returns, int(time.Hour/w.settings.Routes[0].noticed()), "each time a path has to be found dead")
	assert.Greater(t, w.moves, 3)
}
