package schema

import (
	"strconv"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// check is a verifier with the way that it tests, nil for the guard's.
type check struct {
	*Verifier
	way *way
}

// checkRules look at one verifier.
var checkRules = []func(*finder, *check){
	(*finder).timesArePositive,
	(*finder).answersArriveInTime,
	(*finder).suspicionHurries,
	(*finder).oneMissIsNoVerdict,
	(*finder).enoughTargets,
	(*finder).lossIsMeasured,
	(*finder).targetsFit,
	(*finder).pathIsTested,
	(*finder).nameIsAsked,
	(*finder).certificateIsSeen,
	(*finder).programIsNamed,
	(*finder).guardTries,
}

func (f *finder) verifier(c *check) {
	for _, rule := range checkRules {
		rule(f, c)
	}
}

// namedTime is a time of a verifier with its attribute's name.
type namedTime struct {
	name string
	Attr[Duration]
}

func (c *check) intervals() []namedTime {
	return []namedTime{{"interval", c.Interval}, {"standby_interval", c.StandbyInterval}, {"suspect_interval", c.SuspectInterval}}
}

func (f *finder) timesArePositive(c *check) {
	for _, t := range append(c.intervals(), namedTime{"timeout", c.Timeout}, namedTime{"max_latency", c.MaxLatency}, namedTime{"window", c.Window}) {
		if t.Known() && t.Value == 0 {
			f.refuse(t.Range, "Time of zero", "%s must be longer than 0, or nothing can be tested. Write a time such as \"1s\".", t.name)
		}
	}
}

// answersArriveInTime: a check must be over before the next begins.
func (f *finder) answersArriveInTime(c *check) {
	for _, t := range c.intervals() {
		if c.Timeout.Known() && t.Known() && t.Value > 0 && c.Timeout.Value > t.Value {
			f.refuse(c.Timeout.Range, "Timeout beyond interval", "A check may take %s and the next begins after %s (%s). Make the timeout shorter, or the interval longer.",
				c.Timeout.Value, t.Value, t.name)
			return
		}
	}
}

func (f *finder) suspicionHurries(c *check) {
	if c.SuspectInterval.Known() && c.Interval.Known() && c.SuspectInterval.Value > c.Interval.Value {
		f.warn(c.SuspectInterval.Range, "Suspicion slows down", "After a first miss checks come every %s, and otherwise every %s. Make suspect_interval shorter than interval.",
			c.SuspectInterval.Value, c.Interval.Value)
	}
}

// oneMissIsNoVerdict: single packets are lost on every healthy path.
func (f *finder) oneMissIsNoVerdict(c *check) {
	if c.Fall.Or(0) != 1 || c.Kind.Value != "icmp" {
		return
	}
	consequence := "move all traffic"
	if c.way == nil {
		consequence = "roll a good change back"
	}
	f.warn(c.Fall.Range, "One miss decides", "Healthy paths lose single packets, and each would %s. Set fall = 3.", consequence)
}

func (f *finder) enoughTargets(c *check) {
	number, err := strconv.Atoi(c.Require.Value)
	switch {
	case !c.Require.Known():
	case c.Kind.Value == "exec":
		f.warn(c.Require.Range, "Setting without effect", "A program has no targets to count. Remove require.")
	case err == nil && c.Targets.sound() && c.Targets.Set && number > len(c.Targets.Items):
		f.refuse(c.Require.Range, "More answers than targets", "%d targets must answer, and there are %d. Lower it, or add targets.", number, len(c.Targets.Items))
	}
}

// lossIsMeasured: thresholds need a time over which they are taken, and the
// time needs thresholds.
func (f *finder) lossIsMeasured(c *check) {
	thresholds := c.MaxLoss.Set || c.MaxLatency.Set
	window := c.Window
	switch {
	case c.unread.attrs:
	case thresholds && !window.Set:
		place := c.MaxLoss.Range
		if !c.MaxLoss.Set {
			place = c.MaxLatency.Range
		}
		f.refuse(place, "Missing window", "Loss and latency are judged over a time. Set window, such as \"60s\".")
	case window.Set && !thresholds:
		f.warn(window.Range, "Setting without effect", "window is the time for max_loss and max_latency, and neither is set. Set one, or remove it.")
	case window.Known() && c.Interval.Known() && window.Value > 0 && window.Value < 2*c.Interval.Value:
		f.refuse(window.Range, "Window too short", "Within %s there is at most one check, every %s. Make it several intervals long.", window.Value, c.Interval.Value)
	}
	if c.MaxLatency.Known() && c.Timeout.Known() && c.MaxLatency.Value >= c.Timeout.Value {
		f.warn(c.MaxLatency.Range, "Setting without effect", "An answer that takes %s counts as missed. Make max_latency shorter than timeout.", c.Timeout.Value)
	}
}

// nameIsAsked checks what a resolver is asked for.
func (f *finder) nameIsAsked(c *check) {
	if c.Query.Known() && c.Query.Value != "." && !isHostName(trimDot(c.Query.Value)) {
		f.refuse(c.Query.Range, "Unsuitable query", "%q is not a domain. Write one such as example.org.", c.Query.Value)
	}
}

func (f *finder) programIsNamed(c *check) {
	if c.Kind.Value == "exec" {
		f.command(c.Command)
	}
}

// command checks an argument list: no shell looks for the program.
func (f *finder) command(command List[string]) {
	switch {
	case !command.Set || !command.sound():
	case len(command.Items) == 0:
		f.refuse(command.Range, "Empty command", "Give the program's path and its arguments.")
	default:
		f.absolutePath("command", command.Items[0].Value, command.Items[0].Range)
	}
}

// guardTries: a guard asks until an answer comes, and takes no longer view.
func (f *finder) guardTries(c *check) {
	if c.way != nil {
		return
	}
	for _, unused := range []struct {
		name  string
		set   bool
		place hcl.Range
	}{
		{"standby_interval", c.StandbyInterval.Set, c.StandbyInterval.Range},
		{"suspect_interval", c.SuspectInterval.Set, c.SuspectInterval.Range},
		{"rise", c.Rise.Set, c.Rise.Range},
		{"max_loss", c.MaxLoss.Set, c.MaxLoss.Range},
		{"max_latency", c.MaxLatency.Set, c.MaxLatency.Range},
		{"window", c.Window.Set, c.Window.Range},
	} {
		if unused.set {
			f.warn(unused.place, "Setting without effect", "A guard asks until an answer comes: %s is for the routes of a fallback. Remove it.", unused.name)
		}
	}
}

// The window in which a change can be confirmed: long enough to type, short
// enough not to be forgotten.
const (
	shortestWindow = 5 * time.Second
	longestWindow  = 24 * time.Hour
)

// guard looks at what watches over an unconfirmed change.
func (f *finder) guard() {
	guard := f.doc.Guard
	if guard == nil {
		return
	}
	if window := guard.ConfirmWithin; window.Known() && (window.Value < shortestWindow || window.Value > longestWindow) {
		f.refuse(window.Range, "Unsuitable window", "confirm_within is how long you have to confirm before everything is rolled back: from 5s to 24h, and this is %s.", window.Value)
	}
	for _, v := range guard.Verifiers {
		f.verifier(&check{Verifier: v})
	}
}
