package meter

import "time"

// tally counts the meter's packets, from the first that was answered on.
type tally struct {
	sent     uint64
	first    uint64 // number of the first packet that was answered
	answered map[uint64]bool
}

// next numbers a packet.
func (t *tally) next() uint64 {
	t.sent++
	return t.sent
}

// answer counts an answer and gives how many packets are answered by now.
func (t *tally) answer(number uint64) int {
	if len(t.answered) == 0 {
		t.first = number
	}
	t.answered[number] = true
	return len(t.answered)
}

// gather counts the answers that are still under way.
func (t *tally) gather(answers <-chan uint64, late <-chan time.Time) {
	for {
		select {
		case number := <-answers:
			t.answer(number)
		case <-late:
			return
		}
	}
}

// count gives lost packets and the longest run of them. Duplicates count once.
func (t *tally) count() Count {
	if len(t.answered) == 0 {
		return Count{}
	}
	c, run := Count{}, 0
	for number := t.first; number <= t.sent; number++ {
		c.Sent++
		if t.answered[number] {
			run = 0
			continue
		}
		c.Lost++
		run++
		c.Gap = max(c.Gap, time.Duration(run)*Rhythm)
	}
	return c
}
