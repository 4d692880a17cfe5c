package meter

import "time"

// tally counts the meter's packets, from the first that was answered on.
type tally struct {
	rhythm   time.Duration
	sent     []time.Time // when each packet left
	first    uint64      // number of the first packet that was answered
	answered map[uint64]bool
}

// next numbers a packet that leaves now.
func (t *tally) next(now time.Time) uint64 {
	t.sent = append(t.sent, now)
	return t.last()
}

func (t *tally) last() uint64 { return uint64(len(t.sent)) }

// sentAt is when a packet left, or would have left next.
func (t *tally) sentAt(number uint64) time.Time {
	if number > t.last() {
		return t.sent[len(t.sent)-1].Add(t.rhythm)
	}
	return t.sent[number-1]
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
	c, answered := Count{}, t.first
	for number := t.first; number <= t.last(); number++ {
		c.Sent++
		if t.answered[number] {
			answered = number
			continue
		}
		c.Lost++
		c.Gap = max(c.Gap, t.sentAt(number+1).Sub(t.sentAt(answered+1)))
	}
	return c
}
