package checkpoint

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// journalIn is the sample as it was when it came to a state, 3 s after it began.
func journalIn(states ...State) *Journal {
	j := sample()
	j.Outcome = Outcome{Reason: "tired of it"}
	j.History = j.History[:1]
	for _, s := range states {
		j.History = append(j.History, Record{State: s, Boot: time.Hour + 3*time.Second, BootID: "boot-1"})
	}
	j.State = j.last().State
	return &j
}

func TestJudge(t *testing.T) {
	const began = time.Hour
	awaiting := []State{Armed, Applying, Awaiting}
	incomplete := append(awaiting, RollingBack, RollbackIncomplete)
	twice := append(incomplete, RollingBack, RollbackIncomplete)
	var worn []State
	worn = append(worn, awaiting...)
	for range maxAttempts {
		worn = append(worn, RollingBack, RollbackIncomplete)
	}
	restarted := Verdict{Action: RollBack, Reason: "the machine was restarted before it was confirmed"}
	ended := Verdict{Action: RollBack, Reason: "the process that applied it ended"}
	again := Verdict{Action: RollBack, Reason: "tired of it"}
	for name, c := range map[string]struct {
		states []State
		boot   time.Duration
		bootID string
		dead   bool
		want   Verdict
	}{
		"prepared":                            {nil, began, "boot-1", false, Verdict{Until: began + 10*time.Minute}},
		"armed":                               {awaiting[:1], began, "boot-1", false, Verdict{Until: began + 10*time.Minute}},
		"applying":                            {awaiting[:2], began, "boot-1", false, Verdict{Until: began + 10*time.Minute}},
		"applying, just below the ceiling":    {awaiting[:2], began + 10*time.Minute - 1, "boot-1", false, Verdict{Until: began + 10*time.Minute}},
		"applying, at the ceiling":            {awaiting[:2], began + 10*time.Minute, "boot-1", false, Verdict{Action: RollBack, Reason: "applying it took too long"}},
		"armed, at the ceiling":               {awaiting[:1], began + 10*time.Minute, "boot-1", false, Verdict{Action: RollBack, Reason: "applying it took too long"}},
		"prepared, applier dead":              {nil, began, "boot-1", true, ended},
		"armed, applier dead":                 {awaiting[:1], began, "boot-1", true, ended},
		"applying, applier dead":              {awaiting[:2], began, "boot-1", true, ended},
		"applying, applier dead and late":     {awaiting[:2], began + time.Hour, "boot-1", true, ended},
		"applying, restarted":                 {awaiting[:2], 0, "boot-2", true, restarted},
		"awaiting":                            {awaiting, began + 3*time.Second, "boot-1", false, Verdict{Until: began + 63*time.Second}},
		"awaiting, applier dead":              {awaiting, began + 3*time.Second, "boot-1", true, Verdict{Until: began + 63*time.Second}},
		"awaiting, beyond the ceiling":        {awaiting, began + 63*time.Second - 1, "boot-1", false, Verdict{Until: began + 63*time.Second}},
		"awaiting, at the deadline":           {awaiting, began + 63*time.Second, "boot-1", false, Verdict{Action: RollBack, Reason: "nobody confirmed it within 1m0s"}},
		"awaiting, restarted":                 {awaiting, 0, "boot-2", true, restarted},
		"confirmed":                           {append(awaiting, Confirmed), began + time.Hour, "boot-1", true, Verdict{Action: Done}},
		"confirmed, restarted":                {append(awaiting, Confirmed), 0, "boot-2", true, Verdict{Action: Done}},
		"rolling back":                        {append(awaiting, RollingBack), began, "boot-1", false, again},
		"rolling back, restarted":             {append(awaiting, RollingBack), 0, "boot-2", false, again},
		"rolled back":                         {append(awaiting, RollingBack, RolledBack), began, "boot-1", true, Verdict{Action: Done}},
		"incomplete, at once":                 {incomplete, began + 3*time.Second, "boot-1", true, Verdict{Until: began + 5*time.Second}},
		"incomplete, after a pause":           {incomplete, began + 5*time.Second, "boot-1", true, again},
		"incomplete twice, at once":           {twice, began + 3*time.Second, "boot-1", true, Verdict{Until: began + 7*time.Second}},
		"incomplete, restarted":               {incomplete, 0, "boot-2", true, again},
		"incomplete too often":                {worn, began + time.Hour, "boot-1", true, Verdict{Action: Done}},
		"incomplete too often, but restarted": {worn, 0, "boot-2", true, again},
	} {
		t.Run(name, func(t *testing.T) {
			got := Judge(journalIn(c.states...), Instant{Boot: c.boot, BootID: c.bootID}, !c.dead)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestJudgeGivenUp(t *testing.T) {
	j := journalIn(Armed, Applying, RollingBack, RollbackIncomplete)
	j.Outcome.GivenUp = true
	assert.Equal(t, Done, Judge(j, Instant{BootID: "boot-2"}, false).Action)
}

// Waiting always ends in the future, and once a rollback is due within a boot, time does not take it back.
func TestJudgeNeverChangesItsMind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := rapid.SampledFrom([][]State{
			nil,
			{Armed},
			{Armed, Applying},
			{Armed, Applying, Awaiting},
			{RollingBack},
			{RollingBack, RollbackIncomplete},
			{RollingBack, RolledBack},
			{Armed, Applying, Awaiting, Confirmed},
		}).Draw(t, "states")
		j := journalIn(states...)
		j.Ceiling = time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "ceiling"))
		j.Deadline = time.Duration(rapid.Int64Range(1, 1e13).Draw(t, "deadline"))
		now := Instant{Boot: time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "now")), BootID: "boot-1"}
		later := now
		later.Boot += time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "later"))
		alive := rapid.Bool().Draw(t, "alive")

		first, second := Judge(j, now, alive), Judge(j, later, alive)

		if first.Action == Wait {
			assert.Greater(t, first.Until, now.Boot)
			assert.Equal(t, first, Judge(j, Instant{Boot: first.Until - 1, BootID: "boot-1"}, alive))
			assert.Equal(t, RollBack, Judge(j, Instant{Boot: first.Until, BootID: "boot-1"}, alive).Action)
		} else {
			assert.Equal(t, first, second)
		}
	})
}
