package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// failer is a test or a property.
type failer interface {
	require.TestingT
	Helper()
}

// cards lists the links that documents need and cannot make, sorted.
func cards(docs ...*schema.Document) []string {
	names := map[string]bool{}
	for _, d := range docs {
		for _, l := range plan.Desired(d).Links {
			if l.Kind == "" {
				names[l.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func observe(t failer, k kernel.Kernel) *kernel.State {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	return state
}

// carryOut makes changes; the fake refuses what the driver would.
func carryOut(t failer, k kernel.Kernel, changes []plan.Change) {
	t.Helper()
	for i, c := range changes {
		require.NoError(t, apply.Change(k, c), "change %d of\n%s", i+1, text(changes))
	}
}

func text(changes []plan.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s: %s\n", c.Effect, c)
	}
	return b.String()
}

// reach plans for a document and carries it out; nothing is left to do then.
func reach(t failer, k kernel.Kernel, d *schema.Document) []plan.Change {
	t.Helper()
	return instead(t, k, &schema.Document{}, d)
}

// instead does so on a host that has what another document says.
func instead(t failer, k kernel.Kernel, from, to *schema.Document) []plan.Change {
	t.Helper()
	want := between(from, to)
	changes, problems := plan.Network(want, observe(t, k))
	require.Empty(t, problems)
	carryOut(t, k, changes)
	again, problems := plan.Network(want, observe(t, k))
	require.Empty(t, problems)
	require.Empty(t, text(again), "what is left to do after\n%s", text(changes))
	return changes
}

func between(from, to *schema.Document) *plan.Wanted {
	return plan.Desired(to).InsteadOf(plan.Desired(from))
}

// portrait shows what an undo must bring back: everything but the kernel's
// own routes, momentary choices, and addresses that the kernel draws.
func portrait(state *kernel.State) string {
	var lines []string
	for _, l := range state.Links {
		line := fmt.Sprintf("%s kind=%s up=%v mtu=%d master=%s parent=%s/%d", l.Name, l.Kind, l.Up, l.MTU, l.Master, l.Parent, l.VLAN)
		if l.Kind == "" && l.Slave == nil {
			line += " mac=" + l.MAC.String()
		}
		if l.Bond != nil {
			line += settings(l.Bond.Settings)
		}
		if l.Slave != nil {
			line += settings(l.Slave.Settings)
		}
		lines = append(lines, line)
	}
	for _, a := range state.Addresses {
		lines = append(lines, fmt.Sprintf("%s address %s", a.Link, a.Prefix))
	}
	for _, r := range state.Routes {
		if r.Protocol != 2 {
			lines = append(lines, fmt.Sprintf("%s route %s via %v metric %d table %d by %d %v", r.Link, r.To, r.Via, r.Metric, r.Table, r.Protocol, r.Unknown))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func settings(told schema.Settings) string {
	var b strings.Builder
	for _, s := range told {
		if s.Option.Name != "active_slave" {
			fmt.Fprintf(&b, " %s=%s", s.Option.Name, s.Value)
		}
	}
	return b.String()
}

// undoEverywhere carries out each prefix of the way to a document and undoes
// it, from the same beginning each time.
func undoEverywhere(t failer, from, to *schema.Document) {
	t.Helper()
	k := hostOf(t, from, to)
	reach(t, k, from)
	standBy(t, k)
	have := observe(t, k)
	names := plan.Reach(between(from, to), have)
	changes := instead(t, k, from, to)
	require.Empty(t, plan.Losses(plan.Before(have, names), observe(t, k)), "what a plan has made can go again")
	for n := range changes {
		undo(t, from, to, changes[:n], names)
	}
}

// undo carries out the beginning of a way and undoes it.
func undo(t failer, from, to *schema.Document, changes []plan.Change, names []string) {
	t.Helper()
	k := hostOf(t, from, to)
	reach(t, k, from)
	standBy(t, k)
	before := observe(t, k)
	carryOut(t, k, changes)
	back(t, k, before, names)
	require.Equal(t, portrait(before), portrait(observe(t, k)), "from %s, undone after\n%s", from.Name, text(changes))
}

// back undoes what was done to the links named.
func back(t failer, k kernel.Kernel, before *kernel.State, names []string) {
	t.Helper()
	want := plan.Before(before, names)
	for range 2 { // a primary that no slave had yet is seen only once one is back
		changes, problems := plan.Network(want, observe(t, k))
		require.Empty(t, problems)
		carryOut(t, k, changes)
	}
	left, _ := plan.Network(want, observe(t, k))
	require.Empty(t, text(left))
}

// steps are how far apart in the corpus two documents are between which there
// is a test. Between all of them it takes minutes under the race detector.
var steps = []int{1, 2, 3, 5, 8, 13}

// Each document of the corpus is reached from others, and undone.
func TestNetworkLeadsFromDocumentToDocument(t *testing.T) {
	var documents []*schema.Document
	for _, c := range gentest.Corpus(t) {
		documents = append(documents, c.Decode(t))
	}
	for i, to := range documents {
		t.Run(to.Name, func(t *testing.T) {
			for _, step := range steps {
				from := documents[(i+step)%len(documents)]
				if clash(from, to) {
					continue
				}
				k := hostOf(t, from, to)
				reach(t, k, from)
				standBy(t, k)
				before := observe(t, k)
				names := plan.Reach(between(from, to), before)
				instead(t, k, from, to)
				back(t, k, before, names)
				require.Equal(t, portrait(before), portrait(observe(t, k)), "from %s", from.Name)
			}
		})
	}
}

// From the document before it in the corpus and from a bare host every prefix
// of the way to a document is undone.
func TestNetworkIsUndoneFromEveryStep(t *testing.T) {
	last := &schema.Document{}
	for _, c := range gentest.Corpus(t) {
		to := c.Decode(t)
		for _, from := range []*schema.Document{{}, last} {
			if !clash(from, to) {
				undoEverywhere(t, from, to)
			}
		}
		last = to
	}
}

// clash tells whether one document has as a card what the other makes.
func clash(from, to *schema.Document) bool {
	kinds := map[string]string{}
	for _, l := range plan.Desired(from).Links {
		kinds[l.Name] = l.Kind
	}
	return slices.ContainsFunc(plan.Desired(to).Links, func(l *plan.Link) bool {
		kind, both := kinds[l.Name]
		return both && kind != l.Kind
	})
}

// hostOf makes a bare host with the cards that documents need.
func hostOf(t failer, docs ...*schema.Document) *kerneltest.Fake {
	t.Helper()
	k := kerneltest.NewFake()
	for _, name := range cards(docs...) {
		k.AddHardware(name)
	}
	return k
}

// A route that another system has made is set in the name of the one that takes the
// link over: once, and then it is as wanted.
func TestARouteChangesHandsOnce(t *testing.T) {
	doc := gentest.Decode(t, "test.hcl", []byte("ethernet \"eth0\" {\n  ipv4 {\n    addresses = [\"192.0.2.10/24\"]\n    gateway = \"192.0.2.1\"\n  }\n}\n"))
	for _, hands := range []struct{ from, to uint8 }{{unix.RTPROT_BOOT, 0}, {0, unix.RTPROT_BOOT}} {
		k := hostOf(t, doc)
		want := plan.Desired(doc)
		want.RoutesBy(hands.from, nil)
		changes, problems := plan.Network(want, observe(t, k))
		require.Empty(t, problems)
		carryOut(t, k, changes)

		want.RoutesBy(hands.to, []string{"eth0"})
		changes, problems = plan.Network(want, observe(t, k))
		require.Empty(t, problems)
		require.Equal(t, "in place: set the route ipv4 default via 192.0.2.1 on eth0\n", text(changes))
		carryOut(t, k, changes)
		changes, _ = plan.Network(want, observe(t, k))
		require.Empty(t, changes)
	}
}
