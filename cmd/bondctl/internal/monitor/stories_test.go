package monitor

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

// uplinks are two shared lines and a modem that has to be dialled.
const uplinks = `
ethernet "eth0" {
  ipv4 { dhcp = true }
}
ethernet "eth1" {
  ipv4 { dhcp = true }
}
ppp "ppp0" {}
fallback "internet" {
  min_good = "20s"
  route "fibre" {
    interface = "eth0"
    gateway   = "auto"
    verify "icmp" {
      targets = ["192.0.2.1", "192.0.2.2"]
    }
  }
  route "cable" {
    interface = "eth1"
    gateway   = "auto"
    verify "icmp" {
      targets = ["192.0.2.1", "192.0.2.2"]
    }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
    verify "icmp" { targets = ["192.0.2.1"] }
    handler "exec" {
      command = ["/usr/bin/pon"]
      events  = ["setup"]
    }
  }
}
`

// change replaces texts of a document: pairs of old and new.
func change(document string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(document)
}

const bothTargets = `targets = ["192.0.2.1", "192.0.2.2"]`

// twoLines are uplinks without the modem, at rest for 30 seconds.
func twoLines(t *testing.T, pairs ...string) *world {
	t.Helper()
	s := read(t, change(uplinks, pairs...))[0]
	s.Routes = s.Routes[:2]
	w := newWorld(&s)
	w.begin()
	w.run(30 * time.Second)
	w.happens(t, `
		0.02 arrange fibre cable
		0.02 setup fibre
		0.02 connected fibre`)
	return w
}

// withModem has a modem that is off.
func withModem(t *testing.T) *world {
	t.Helper()
	w := newWorld(&read(t, uplinks)[0])
	w.lines[2].path = Path{Told: true}
	w.begin()
	w.run(30 * time.Second)
	w.happens(t, `
		0.02 arrange fibre cable modem
		0.02 setup fibre
		0.02 connected fibre`)
	return w
}

func TestADeadPathBehindALiveGateway(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.happens(t, `
		32.00 suspect fibre
		34.00 arrange cable fibre
		34.00 close sockets of fibre
		34.00 teardown fibre
		34.00 setup cable
		34.00 failed fibre
		34.00 connected cable`)
	w.mend("fibre")
	w.run(60 * time.Second)
	w.happens(t, `
		71.02 arrange fibre cable
		71.02 close sockets of cable
		71.02 teardown cable
		71.02 setup fibre
		71.02 restored fibre`)
}

func TestACableIsPulled(t *testing.T) {
	w := twoLines(t)
	w.carrier("fibre", false)
	w.happens(t, "30.00 arrange cable fibre")
	w.run(time.Second)
	w.happens(t, `
		30.02 close sockets of fibre
		30.02 teardown fibre
		30.02 setup cable
		30.02 failed fibre
		30.02 connected cable`)
}

func TestOneLostPacketMovesNothing(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(2 * time.Second)
	w.mend("fibre")
	w.run(time.Minute)
	w.happens(t, "32.00 suspect fibre")
	assert.Zero(t, w.state.Doubt)
	assert.Equal(t, Good, w.state.Routes[0].Status)
}

func TestALinkThatDiesAgainAsTrafficReturns(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.mend("fibre")
	for w.told(schema.EventRestored, "fibre") == 0 {
		w.run(time.Second)
	}
	w.cut("fibre")
	w.run(5 * time.Second)
	assert.Equal(t, "cable", w.state.Active)
	w.mend("fibre")
	w.run(40 * time.Second)
	assert.Equal(t, "cable", w.state.Active, "the second failure doubles the 20s that it must be good")
	w.run(20 * time.Second)
	assert.Equal(t, "fibre", w.state.Active)
	assert.Equal(t, 3, w.moves-1)
}

func TestAStandbyThatFlappedIsTakenWhereNothingElsePasses(t *testing.T) {
	w := twoLines(t)
	for range 20 {
		w.cut("cable")
		w.run(90 * time.Second)
		w.mend("cable")
		w.run(90 * time.Second)
	}
	w.run(5 * time.Minute)
	require.Greater(t, w.state.Routes[1].Flaps, 10)
	assert.Zero(t, w.moves)
	w.cut("fibre")
	w.run(w.settings.Forecast().Routes[0].Moved)
	assert.Equal(t, "cable", w.state.Active)
}

func TestAllDown(t *testing.T) {
	w := twoLines(t)
	w.cut("cable")
	w.run(20 * time.Second)
	w.happens(t, "41.00 suspect cable")
	w.cut("fibre")
	w.run(10 * time.Minute)
	w.happens(t, `
		52.00 suspect fibre
		54.00 all_down fibre`)
	assert.Equal(t, NoWay, w.state.Last.Cause)
	assert.Equal(t, "fibre", w.state.Last.To)

	w.mend("cable") // not the better one, but the first
	w.run(5 * time.Second)
	w.happens(t, `
		652.02 arrange cable fibre
		652.02 close sockets of fibre
		652.02 teardown fibre
		652.02 setup cable
		652.02 failed fibre
		652.02 connected cable`)
}

func TestTheRouteThatIsKeptComesBack(t *testing.T) {
	w := twoLines(t)
	w.cut("cable")
	w.cut("fibre")
	w.run(time.Minute)
	w.log = nil
	w.mend("fibre")
	w.run(10 * time.Second)
	w.happens(t, "92.02 restored fibre")
	assert.False(t, w.state.AllDown)
	assert.Zero(t, w.moves)
}

func TestABackupThatDiedUnnoticedIsPassedOver(t *testing.T) {
	w := withModem(t)
	w.makeLink("modem")
	w.run(19 * time.Second)
	w.log = nil
	w.cut("cable") // its next check is not due yet
	w.carrier("fibre", false)
	w.happens(t, "49.00 arrange cable modem fibre")
	w.run(10 * time.Second)
	assert.Zero(t, w.told(schema.EventConnected, "cable"))
	assert.Equal(t, 1, w.told(schema.EventConnected, "modem"))
	assert.Equal(t, "modem", w.state.Active)
	w.happens(t, `
		49.02 arrange modem cable fibre
		49.02 close sockets of fibre
		49.02 teardown fibre
		49.02 setup modem
		49.02 failed fibre
		49.02 connected modem
		50.00 suspect cable`)
}

func TestAnotherGateway(t *testing.T) {
	w := twoLines(t)
	_, fibre := w.line("fibre")
	fibre.path.Gateway = addr("10.0.0.254")
	w.tellPath(0)
	w.run(time.Minute)
	w.happens(t, `
		30.00 arrange fibre cable
		30.00 gateway_changed fibre`)
	assert.Equal(t, Good, w.state.Routes[0].Status, "another gateway is no failure")
}

func TestTheMachineStoodStill(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(1500 * time.Millisecond)
	require.NotEmpty(t, w.coming, "a check is under way")
	w.now = w.now.Add(5 * time.Second)
	w.put(Input{Kind: Stalled})
	w.mend("fibre")
	w.run(time.Minute)
	assert.Zero(t, w.moves)
	assert.Zero(t, w.told(schema.EventSuspect, "fibre"))
}

func TestARestartKeepsWhatIsKnown(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.log = nil
	w.restart(t, "one")
	w.run(10 * time.Second)
	w.happens(t, "40.00 arrange cable fibre")
	assert.Equal(t, "cable", w.state.Active)
	w.mend("fibre")
	w.run(15 * time.Second)
	assert.Equal(t, "cable", w.state.Active)
	w.run(30 * time.Second)
	assert.Equal(t, "fibre", w.state.Active)
}

// A boot whose moments are still to come is another one, whatever its name.
func TestAnotherBootBeginsAnew(t *testing.T) {
	for _, boot := range []string{"one", "two"} {
		w := twoLines(t)
		w.cut("fibre")
		w.run(10 * time.Second)
		w.put(Input{Kind: Switched, Route: "cable"})
		w.mend("fibre")
		w.log, w.now = nil, dawn
		w.restart(t, boot)
		w.run(5 * time.Second)
		assert.Equal(t, "cable", w.state.Pin, boot)
		assert.Equal(t, 1, w.state.Routes[0].Flaps, boot)
		assert.Equal(t, dawn, w.state.Routes[0].FlappedAt, "moments of another boot mean nothing: %s", boot)
	}
}

func TestAPersonDecides(t *testing.T) {
	w := twoLines(t)
	w.put(Input{Kind: Switched, Route: "cable"})
	w.run(5 * time.Minute)
	w.happens(t, `
		30.00 arrange cable fibre
		30.00 close sockets of fibre
		30.00 teardown fibre
		30.00 setup cable
		30.00 connected cable`)
	w.cut("cable")
	w.run(10 * time.Second)
	assert.Equal(t, "fibre", w.state.Active, "a pin is no reason to stay on a dead route")
	w.mend("cable")
	w.run(time.Minute)
	assert.Equal(t, "cable", w.state.Active)
	w.put(Input{Kind: Switched})
	assert.Equal(t, "fibre", w.state.Active)
	w.log = nil
	w.put(Input{Kind: Switched, Route: "satellite"})
	w.happens(t, `400.00 note: there is no route "satellite" in internet: nothing was changed`)
}

func TestAPersonWantsWhatDoesNotPass(t *testing.T) {
	w := twoLines(t)
	w.cut("cable")
	w.run(time.Minute)
	w.log = nil
	w.put(Input{Kind: Switched, Route: "cable"})
	w.run(time.Minute)
	assert.Zero(t, w.moves)
	require.Len(t, w.log, 1)
	assert.Contains(t, w.log[0], "note: cable is bad: icmp 192.0.2.1, 192.0.2.2: missed")
	w.mend("cable")
	w.run(time.Minute)
	assert.Equal(t, "cable", w.state.Active)
}

func TestFailBackByHand(t *testing.T) {
	w := twoLines(t, `min_good = "20s"`, `fail_back = "manual"`)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.mend("fibre")
	w.run(time.Hour)
	assert.Equal(t, "cable", w.state.Active)
	w.put(Input{Kind: Switched})
	assert.Equal(t, "fibre", w.state.Active)
	assert.Equal(t, ByPerson, w.state.Last.Cause)
}

func TestARouteThatIsChosenIsReturnedToByHandToo(t *testing.T) {
	w := twoLines(t, `min_good = "20s"`, `fail_back = "manual"`)
	w.cut("cable")
	w.run(time.Minute)
	w.put(Input{Kind: Switched, Route: "cable"})
	w.mend("cable")
	w.run(time.Minute)
	assert.Equal(t, "cable", w.state.Active, "it moves when cable passes")
	w.cut("cable")
	w.run(time.Minute)
	require.Equal(t, "fibre", w.state.Active)
	w.mend("cable")
	w.run(5 * time.Minute)
	assert.Equal(t, "cable", w.state.Active, "it returns when cable passes again")
}

func TestARouteThatIsChosenIsForgiven(t *testing.T) {
	w := twoLines(t)
	for range 12 {
		w.cut("fibre")
		w.run(10 * time.Second)
		w.mend("fibre")
		w.run(10 * time.Second)
	}
	w.cut("fibre")
	w.run(10 * time.Second)
	require.Equal(t, "cable", w.state.Active)
	w.put(Input{Kind: Switched, Route: "fibre"})
	w.mend("fibre")
	w.run(12 * time.Second)
	assert.Equal(t, "fibre", w.state.Active, "it moves when fibre passes")
	w.cut("fibre")
	w.run(10 * time.Second)
	w.mend("fibre")
	w.run(10 * time.Second)
	assert.Equal(t, "cable", w.state.Active, "it has failed since")
}

func TestALinkThatIsReplacedHasFailed(t *testing.T) {
	w := twoLines(t)
	_, cable := w.line("cable")
	cable.path.Index = 77
	w.tellPath(1)
	assert.Equal(t, 1, w.state.Routes[1].Flaps)
	w.run(time.Second)
	assert.Equal(t, 1, w.state.Routes[1].Flaps)
	assert.Equal(t, Good, w.state.Routes[1].Status)
}

func TestFlapping(t *testing.T) {
	w := twoLines(t)
	for range 30 { // for two minutes
		w.carrier("fibre", false)
		w.run(2 * time.Second)
		w.carrier("fibre", true)
		w.run(2 * time.Second)
	}
	assert.Equal(t, 1, w.moves)
	assert.Equal(t, 1, w.told(schema.EventFlapping, "fibre"))
	w.run(5 * time.Minute)
	assert.Equal(t, "cable", w.state.Active)
	w.run(2 * time.Hour)
	assert.Equal(t, "fibre", w.state.Active)
	assert.Equal(t, 2, w.moves)
}

func TestLossWithinAWindow(t *testing.T) {
	w := twoLines(t, bothTargets, bothTargets+`
      max_loss = 20
      window   = "30s"`)
	for i := range 40 { // every third is lost, and never three in a row
		_, fibre := w.line("fibre")
		fibre.dead = i%3 == 0
		w.run(time.Second)
	}
	assert.Equal(t, 1, w.moves)
	assert.Equal(t, "cable", w.state.Active)
	assert.Contains(t, w.state.Last.Reason, "% lost within 30s, and 20 % are too much")
}

func TestSlowAnswersWithinAWindow(t *testing.T) {
	w := twoLines(t, bothTargets, bothTargets+`
      max_latency = "300ms"
      window      = "30s"`)
	_, fibre := w.line("fibre")
	fibre.rtt = 800 * time.Millisecond
	w.run(5 * time.Second)
	fibre.rtt = 20 * time.Millisecond
	w.run(time.Minute)
	assert.Zero(t, w.moves, "a short spike")
	fibre.rtt = 800 * time.Millisecond
	w.run(time.Minute)
	assert.Equal(t, 1, w.moves)
	assert.Contains(t, w.state.Last.Reason, "within 30s, and 300ms is too much")
}

func TestABondFailsOverBelow(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(3500 * time.Millisecond) // two are missed, as the bond notices its slave's death
	w.mend("fibre")
	w.put(Input{Kind: BondFailover, Route: "fibre"})
	assert.Zero(t, w.state.Routes[0].Checks[0].Misses)
	w.run(time.Minute)
	assert.Zero(t, w.moves)
}

func TestACheckThatIsUnderWayAsABondFailsOver(t *testing.T) {
	w := twoLines(t, bothTargets, bothTargets+`
      fall = 1`)
	w.cut("fibre")
	w.run(1200 * time.Millisecond)
	require.NotEmpty(t, w.coming, "a check is under way")
	w.mend("fibre")
	w.put(Input{Kind: BondFailover, Route: "fibre"})
	w.run(time.Minute)
	assert.Zero(t, w.moves)
	assert.Equal(t, Good, w.state.Routes[0].Status)
}

// trusting has a route without a verifier first.
const trusting = `
ethernet "eth0" {
  ipv4 { dhcp = true }
}
ethernet "eth1" {
  ipv4 { dhcp = true }
}
fallback "internet" {
  min_good = "0s"
  route "trusted" {
    interface = "eth0"
    gateway   = "auto"
  }
  route "checked" {
    interface = "eth1"
    gateway   = "auto"
    verify "http" { targets = ["https://www.example.org/"] }
    verify "icmp" { targets = ["192.0.2.1"] }
  }
}
`

func TestARouteWithoutAVerifierIsTrusted(t *testing.T) {
	w := newWorld(&read(t, trusting)[0])
	w.begin()
	w.happens(t, `
		0.00 arrange trusted checked
		0.00 setup trusted
		0.00 connected trusted`)
	assert.Equal(t, Unverified, w.state.Routes[0].Status)
	w.run(time.Minute)
	w.cut("trusted")
	w.run(time.Minute)
	w.happens(t, "")
	w.removeLink("trusted")
	w.run(time.Minute)
	assert.Equal(t, "checked", w.state.Active)
	w.makeLink("trusted")
	w.run(time.Second)
	assert.Equal(t, "trusted", w.state.Active)
}

func TestEveryVerifierOfARouteMustPass(t *testing.T) {
	w := newWorld(&read(t, change(trusting, `gateway   = "auto"
  }`, `gateway   = "auto"
    verify "http" { targets = ["https://www.example.org/"] }
    verify "icmp" { targets = ["192.0.2.1"] }
  }`))[0])
	w.begin()
	w.run(time.Minute)
	_, first := w.line("trusted")
	first.silent = []string{"https://www.example.org/"} // a captive portal
	w.run(time.Minute)
	assert.Equal(t, "checked", w.state.Active)
}

func TestAnAnswerOverAnEarlierPathSaysNothing(t *testing.T) {
	w := twoLines(t)
	asked := w.now
	w.run(time.Second)
	w.carrier("fibre", false)
	w.carrier("fibre", true)
	checks := w.state.Routes[0].Checks
	late := Input{Kind: Checked, Route: "fibre", Check: checks[0].Check, Asked: asked, Answers: []Answer{{Target: "192.0.2.1", Outcome: Hit}}}
	w.put(late)
	w.put(late)
	assert.Equal(t, Bad, w.state.Routes[0].Status)
	assert.Zero(t, w.state.Routes[0].Checks[0].Hits)
}

func TestALineThatWasLostHasToProveItself(t *testing.T) {
	w := twoLines(t)
	w.run(time.Second)
	w.carrier("cable", false)
	w.carrier("cable", true)
	w.run(500 * time.Millisecond)
	assert.Equal(t, Bad, w.state.Routes[1].Status, "one hit of two that decide")
	w.run(time.Second)
	assert.Equal(t, Good, w.state.Routes[1].Status)
}
