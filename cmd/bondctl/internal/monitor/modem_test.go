package monitor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func TestAModemThatIsDialled(t *testing.T) {
	w := withModem(t)
	w.cut("cable")
	w.run(30 * time.Second)
	w.log = nil
	w.cut("fibre")
	w.run(20 * time.Second)
	w.happens(t, `
		62.00 suspect fibre
		64.00 setup modem`)
	w.makeLink("modem")
	w.run(time.Minute)
	w.happens(t, `
		80.02 arrange modem fibre cable
		80.02 close sockets of fibre
		80.02 teardown fibre
		80.02 failed fibre
		80.02 connected modem`)
}

func TestAModemThatDoesNotComeUp(t *testing.T) {
	w := withModem(t)
	w.cut("cable")
	w.cut("fibre")
	w.run(12 * time.Minute)
	assert.Equal(t, 1, w.told(schema.EventAllDown, "fibre"))
	assert.Equal(t, w.told(schema.EventSetup, "modem"), w.told(schema.EventTeardown, "modem"))
	assert.Equal(t, 4, w.told(schema.EventSetup, "modem"), "each try waits twice as long")
	assert.Equal(t, "fibre", w.state.Active)
}

func TestAModemIsNotDialledWhileAnotherRouteMayPass(t *testing.T) {
	w := withModem(t)
	w.carrier("fibre", false)
	w.run(time.Minute)
	assert.Zero(t, w.told(schema.EventSetup, "modem"))
	assert.Equal(t, "cable", w.state.Active)
}

const noProgram = "fork/exec /usr/bin/chekc: no such file or directory"

func TestAStandbyThatCannotBeJudged(t *testing.T) {
	for name, ever := range map[string]bool{"ever": true, "of late": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(&read(t, uplinks)[0])
			w.lines[2].path = Path{Told: true}
			if ever {
				w.lines[1].unclear = noProgram
			}
			w.begin()
			w.run(time.Minute)
			w.lines[1].unclear = noProgram
			w.run(2 * time.Minute)
			assert.Equal(t, []string{"icmp 192.0.2.1, 192.0.2.2 of cable: " + noProgram}, w.state.Unjudged())
			found := w.settings.Findings(w.state, w.now)[1]
			assert.Equal(t, noProgram, found.Checks[0].Unclear)
			if ever {
				assert.Equal(t, "cable is not judged yet: icmp 192.0.2.1, 192.0.2.2: "+noProgram, found.Text)
			}
			w.cut("fibre")
			w.run(10 * time.Second)
			assert.Equal(t, 1, w.told(schema.EventSetup, "modem"), "nothing else is left")
			w.run(3 * time.Minute)
			assert.Equal(t, 1, w.told(schema.EventAllDown, "fibre"))

			w.lines[1].unclear = ""
			w.run(30 * time.Second)
			assert.Equal(t, "cable", w.state.Active)
			assert.Empty(t, w.state.Unjudged())
		})
	}
}

func TestADialThatIsNoLongerNeeded(t *testing.T) {
	w := withModem(t)
	w.cut("cable")
	w.cut("fibre")
	w.run(10 * time.Second)
	require.Equal(t, 1, w.told(schema.EventSetup, "modem"))
	w.mend("fibre")
	w.run(10 * time.Second)
	assert.Equal(t, 1, w.told(schema.EventTeardown, "modem"))
	assert.Equal(t, "fibre", w.state.Active)
	assert.Empty(t, w.state.Activating)
}

func TestALinkIsMadeAnew(t *testing.T) {
	w := withModem(t)
	w.cut("fibre")
	w.cut("cable")
	w.run(20 * time.Second)
	w.makeLink("modem")
	w.run(20 * time.Second)
	require.Equal(t, "modem", w.state.Active)
	w.log = nil
	w.removeLink("modem")
	w.run(2 * time.Second)
	w.happens(t, `
		70.00 setup modem`)
	w.makeLink("modem")
	w.run(10 * time.Second)
	assert.Equal(t, Good, w.state.Routes[2].Status)
	assert.Equal(t, "modem", w.state.Active)
	assert.Zero(t, w.told(schema.EventAllDown, "modem"))
}

func TestALinkThatWasTakenDownOnPurposeHasNotFailed(t *testing.T) {
	w := withModem(t)
	for range 4 { // the modem is needed, and hangs up when it is not
		w.cut("fibre")
		w.cut("cable")
		w.run(10 * time.Second)
		w.makeLink("modem")
		w.run(10 * time.Second)
		require.Equal(t, "modem", w.state.Active)
		w.mend("fibre")
		w.mend("cable")
		for w.state.Active == "modem" {
			w.run(10 * time.Second)
		}
		w.removeLink("modem")
		w.run(time.Minute)
	}
	assert.Zero(t, w.state.Routes[2].Flaps)
}

// dialledFirst has the modem before the other lines, up within 5 seconds of setup.
func dialledFirst(t *testing.T) *world {
	t.Helper()
	s := read(t, uplinks)[0]
	s.Routes = []Route{s.Routes[2], s.Routes[1]}
	w := newWorld(&s)
	w.lines[0].path = Path{Told: true}
	w.begin()
	return w
}

func TestADialledLineThatFlaps(t *testing.T) {
	w := dialledFirst(t)
	up := func() bool { return w.lines[0].path.Index != 0 }
	for range 6 * 60 { // for half an hour
		switch {
		case !up() && w.state.Routes[0].SetUp:
			w.makeLink("modem")
		case up() && w.state.Active == "modem":
			w.removeLink("modem")
		}
		w.run(5 * time.Second)
	}
	assert.LessOrEqual(t, w.moves, 16)
	assert.Greater(t, w.moves, 4)

	if !up() {
		w.makeLink("modem")
	}
	w.run(time.Second)
	setups := w.told(schema.EventSetup, "modem")
	w.run(2 * time.Hour)
	assert.Equal(t, "modem", w.state.Active)
	assert.Equal(t, setups, w.told(schema.EventSetup, "modem"), "what is up and only has to prove itself is not taken down")
}
