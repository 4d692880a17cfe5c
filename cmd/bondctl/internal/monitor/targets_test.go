package monitor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/schema"
)

func TestADeadTarget(t *testing.T) {
	w := twoLines(t, bothTargets, bothTargets+`
      require = "all"`)
	for _, l := range w.lines {
		l.silent = []string{"192.0.2.2"}
	}
	w.run(5 * time.Minute)
	w.happens(t, `
		32.00 suspect fibre
		33.00 note: icmp 192.0.2.2 answers over no route, and other targets do: it is left out of the count; name another target if it is gone for good`)
	w.cut("fibre")
	w.run(10 * time.Second)
	assert.Equal(t, "cable", w.state.Active, "the other target decides")
	w.log = nil
	for _, l := range w.lines {
		l.silent = nil
	}
	w.run(30 * time.Second)
	w.happens(t, "341.02 note: icmp 192.0.2.2 counts again")
}

// fastBesideSlow asks one target every second and another every ten.
func fastBesideSlow(t *testing.T) *world {
	t.Helper()
	w := newWorld(&read(t, change(trusting, `min_good = "0s"`, `min_good = "20s"`, `gateway   = "auto"
  }`, `gateway   = "auto"
    verify "icmp" { targets = ["192.0.2.1"] }
    verify "http" { targets = ["https://www.example.org/"] }
  }`))[0])
	w.begin()
	w.run(time.Minute)
	w.log, w.events = nil, nil
	return w
}

func TestADeadTargetThatIsAskedFasterThanItsWitness(t *testing.T) {
	w := fastBesideSlow(t)
	probes := w.probes
	w.run(time.Hour)
	well := w.probes - probes
	for _, l := range w.lines {
		l.silent = []string{"192.0.2.1"}
	}
	probes = w.probes
	w.run(time.Hour)
	w.happens(t, `
		3662.00 suspect trusted
		3663.00 note: icmp 192.0.2.1 answers over no route, and other targets do: it is left out of the count; name another target if it is gone for good`)
	assert.InDelta(t, well, w.probes-probes, 20, "what is dead is not asked about in a hurry")
	w.carrier("checked", false)
	w.run(time.Minute)
	assert.Equal(t, Good, w.state.Routes[0].Status, "nor does it count where no other route asks any more")
	w.carrier("checked", true)
	w.run(time.Minute)

	w.cut("trusted")
	w.run(w.settings.Routes[0].Checks[1].Interval + w.settings.Forecast().Routes[0].Moved)
	assert.Equal(t, "checked", w.state.Active, "its witness decides alone")
}

func TestADeadTargetIsNoExcuseForADeadPath(t *testing.T) {
	oneTarget := change(trusting, `min_good = "0s"`, `min_good = "20s"`, `gateway   = "auto"
  }`, `gateway   = "auto"
    verify "icmp" { targets = ["192.0.2.1"] }
  }`)
	t.Run("the other provider never lets it pass", func(t *testing.T) {
		w := newWorld(&read(t, oneTarget)[0])
		w.begin()
		_, checked := w.line("checked")
		checked.silent = []string{"192.0.2.1"}
		w.run(5 * time.Minute)
		w.cut("trusted")
		w.run(10 * time.Second)
		assert.Equal(t, "checked", w.state.Active)
		w.run(10 * time.Hour)
		assert.Equal(t, 1, w.moves)
		assert.Equal(t, Bad, w.state.Routes[0].Status)
	})
	t.Run("it dies after the path", func(t *testing.T) {
		w := newWorld(&read(t, oneTarget)[0])
		w.begin()
		w.run(time.Minute)
		w.cut("trusted")
		w.run(time.Minute)
		_, checked := w.line("checked")
		checked.silent = []string{"192.0.2.1"}
		w.run(10 * time.Hour)
		assert.Equal(t, 1, w.moves)
		assert.Equal(t, "checked", w.state.Active)
		assert.Zero(t, w.told(schema.EventAllDown, "checked"))
	})
}

func TestASiteThatIsGoneIsNoCaptivePortal(t *testing.T) {
	w := newWorld(&read(t, change(trusting, `gateway   = "auto"
  }`, `gateway   = "auto"
    verify "http" { targets = ["https://www.example.org/"] }
    verify "icmp" { targets = ["192.0.2.1"] }
  }`))[0])
	w.begin()
	w.run(time.Minute)
	for _, l := range w.lines {
		l.silent = []string{"https://www.example.org/"}
	}
	w.run(10 * time.Minute)
	assert.Zero(t, w.moves)
	assert.Equal(t, Good, w.state.Routes[0].Status)
	w.cut("trusted")
	w.run(10 * time.Second)
	assert.Equal(t, "checked", w.state.Active, "a dead target does not keep a route from being proven")
}

func TestAServiceThatIsDeadOnALivingTarget(t *testing.T) {
	w := twoLines(t, `    verify "icmp" {
      `+bothTargets, `    verify "tcp" {
      targets = ["192.0.2.1"]
      port    = 443
    }
    verify "icmp" {
      targets = ["192.0.2.1"]`)
	for _, l := range w.lines { // and the same host answers echo requests
		l.silent = []string{"tcp 192.0.2.1"}
	}
	w.run(5 * time.Minute)
	assert.Equal(t, []string{"tcp port 443 of 192.0.2.1"}, w.state.Dead)
	assert.Equal(t, Good, w.state.Routes[0].Status)
	assert.Zero(t, w.moves)
}
