package meter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// tallyOf sends packets and answers those numbered.
func tallyOf(sent int, answered ...uint64) *tally {
	t := &tally{rhythm: Rhythm, answered: map[uint64]bool{}}
	for i := range sent {
		t.next(time.Time{}.Add(time.Duration(i) * Rhythm))
	}
	for _, number := range answered {
		t.answer(number)
	}
	return t
}

func TestMeterCounts(t *testing.T) {
	for _, c := range []struct {
		name string
		t    *tally
		want Count
	}{
		{"nothing is lost", tallyOf(3, 1, 2, 3), Count{Sent: 3}},
		{"the way was not there at first", tallyOf(5, 3, 4, 5), Count{Sent: 3}},
		{"two gaps, the longer one counts", tallyOf(8, 1, 3, 4, 8), Count{Sent: 8, Lost: 4, Gap: 30 * time.Millisecond}},
		{"a gap at the end", tallyOf(4, 1, 2), Count{Sent: 4, Lost: 2, Gap: 20 * time.Millisecond}},
		{"answers overtake each other", tallyOf(3, 1, 3, 2), Count{Sent: 3}},
		{"two slaves deliver the same packet", tallyOf(2, 1, 1, 2), Count{Sent: 2}},
		{"nobody is there", tallyOf(2), Count{}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.t.count()) })
	}
}

// A busy machine may miss a beat: a gap is a time all the same.
func TestMeterMissesABeat(t *testing.T) {
	tally := &tally{rhythm: Rhythm, answered: map[uint64]bool{}}
	for _, at := range []time.Duration{0, 10, 50, 60} {
		tally.next(time.Time{}.Add(at * time.Millisecond))
	}
	tally.answer(1)
	tally.answer(4)
	assert.Equal(t, Count{Sent: 4, Lost: 2, Gap: 50 * time.Millisecond}, tally.count())
}

func TestMeterCountsLateAnswers(t *testing.T) {
	tally := tallyOf(2, 1)
	answers, late := make(chan uint64), make(chan time.Time)
	go func() {
		answers <- 2
		close(late)
	}()
	tally.gather(answers, late)
	assert.Equal(t, Count{Sent: 2}, tally.count())
}
