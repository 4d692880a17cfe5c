package monitor

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// paced has one verifier on each of two routes; the times are in milliseconds.
func paced(interval, standby, suspect, timeout, fall, rise int) string {
	verify := fmt.Sprintf(`verify "icmp" {
      targets          = ["192.0.2.1"]
      interval         = "%dms"
      standby_interval = "%dms"
      suspect_interval = "%dms"
      timeout          = "%dms"
      fall             = %d
      rise             = %d
    }`, interval, standby, suspect, timeout, fall, rise)
	return change(trusting, `gateway   = "auto"
  }`, `gateway   = "auto"
    `+verify+`
  }`, `verify "http" { targets = ["https://www.example.org/"] }
    verify "icmp" { targets = ["192.0.2.1"] }`, verify)
}

func TestForecast(t *testing.T) {
	fast := read(t, paced(200, 1000, 200, 200, 3, 2))[0]
	fast.MinGood = 30 * time.Second
	f := fast.Forecast()
	assert.Equal(t, RouteForecast{
		Route: "trusted", Verified: true, Noticed: 800 * time.Millisecond, Moved: 800 * time.Millisecond, Next: "checked",
		Returned: 31400 * time.Millisecond, Carrying: 108 * 5 * 86400 * 30, StandingBy: 108 * 86400 * 30,
	}, f.Routes[0])

	f = read(t, uplinks)[0].Forecast()
	assert.Equal(t, 4*time.Second, f.Routes[0].Noticed)
	assert.Equal(t, "cable", f.Routes[0].Next)
	assert.Equal(t, "fibre", f.Routes[2].Next, "the last leads back to the first")
	assert.Zero(t, f.Routes[0].Activation)
	assert.Equal(t, time.Minute, f.Routes[1].Activation, "the modem has to be dialled")
	assert.Equal(t, int64(2*108*86400*30), f.Routes[0].Carrying)

	f = read(t, trusting)[0].Forecast()
	assert.Equal(t, RouteForecast{Route: "trusted", Next: "checked", Returned: 500 * time.Millisecond}, f.Routes[0])
	assert.Equal(t, int64((6000+108*10)*8640*30), f.Routes[1].Carrying)
}

// The longest time is one that is kept at every phase of the fault, and that the
// worst phase comes near to.
func TestTheForecastHolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		timeout := rapid.IntRange(30, 300).Draw(r, "timeout")
		suspect := rapid.IntRange(timeout, 500).Draw(r, "suspect")
		interval := rapid.IntRange(suspect, 1000).Draw(r, "interval")
		standby := rapid.IntRange(interval, 3000).Draw(r, "standby")
		settings := read(r, paced(interval, standby, suspect, timeout, rapid.IntRange(1, 4).Draw(r, "fall"), rapid.IntRange(1, 4).Draw(r, "rise")))[0]
		settings.drawPhases(r)
		forecast := settings.Forecast().Routes[0]
		var worst time.Duration
		const phases = 8
		for phase := range phases {
			w := newWorld(&settings)
			w.begin()
			w.run(4*time.Second + time.Duration(phase*interval/phases)*time.Millisecond)
			died := w.now
			w.cut("trusted")
			w.run(forecast.Moved)
			require.Equal(r, "checked", w.state.Active)
			worst = max(worst, w.state.Since.Sub(died))
			w.run(4 * time.Second)
			w.mend("trusted")
			w.run(forecast.Returned)
			require.Equal(r, "trusted", w.state.Active)
		}
		slack := time.Duration(interval/phases+60) * time.Millisecond
		require.GreaterOrEqual(r, worst+slack, min(forecast.Noticed, forecast.Moved))
	})
}
