package guest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// tallyOf sends packets and answers those numbered.
func tallyOf(sent int, answered ...uint64) *tally {
	t := &tally{answered: map[uint64]bool{}}
	for range sent {
		t.next()
	}
	for _, number := range answered {
		t.answer(number)
	}
	return t
}

func TestMeterReading(t *testing.T) {
	for _, c := range []struct {
		name string
		t    *tally
		want string
	}{
		{"nothing is lost", tallyOf(3, 1, 2, 3), "0 of 3 packets lost, longest gap 0s"},
		{"the way was not there at first", tallyOf(5, 3, 4, 5), "0 of 3 packets lost, longest gap 0s"},
		{"two gaps, the longer one counts", tallyOf(8, 1, 3, 4, 8), "4 of 8 packets lost, longest gap 30ms"},
		{"a gap at the end", tallyOf(4, 1, 2), "2 of 4 packets lost, longest gap 20ms"},
		{"answers overtake each other", tallyOf(3, 1, 3, 2), "0 of 3 packets lost, longest gap 0s"},
		{"two slaves deliver the same packet", tallyOf(2, 1, 1, 2), "0 of 2 packets lost, longest gap 0s"},
		{"nobody is there", tallyOf(2), "no packet was answered"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.t.reading()) })
	}
}

func TestMeterCountsLateAnswers(t *testing.T) {
	tally := tallyOf(2, 1)
	answers, late := make(chan uint64), make(chan time.Time)
	go func() {
		answers <- 2
		close(late)
	}()
	tally.gather(answers, late)
	assert.Equal(t, "0 of 2 packets lost, longest gap 0s", tally.reading())
}
