package handler

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// Whatever is told, taken, refused and called off in whatever order: each event comes to one end that is reported, or
// waits on disk; and what a handler takes is in order.
func TestNothingIsLostInSilence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, r := newBench(t), &receiver{}
		b.config = func(c *Config) { c.MaxBytes = rapid.IntRange(2<<10, 32<<10).Draw(rt, "room") }
		b.open(r.handler())
		told := 0
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				b.leave()
				b.open(r.handler())
			case 1, 2:
				r.mu.Lock()
				r.answer = rapid.SampledFrom([]func(context.Context, Delivery) error{nil, hanging, refusing}).Draw(rt, "answer")
				r.mu.Unlock()
			default:
				b.tell(rapid.SampledFrom(schema.Events[:5]).Draw(rt, "event"))
				told++
			}
		}
		b.leave()
		b.judge(rt, r, told)
	})
}

func (b *bench) judge(rt *rapid.T, r *receiver, told int) {
	file, err := os.ReadFile(b.path(queueFile))
	require.NoError(rt, err)
	left, err := readBacklog(file)
	require.NoError(rt, err)
	ends := sequences(left)
	for _, o := range []Outcome{Delivered, Failed, Coalesced, Dropped} {
		for _, one := range b.reports.of(o) {
			ends = append(ends, one.Event.Sequence)
		}
	}
	slices.Sort(ends)
	var all, taken []uint64
	for i := range told {
		all = append(all, uint64(i+1))
	}
	require.Equal(rt, all, ends)
	for _, d := range r.deliveries() {
		taken = append(taken, d.Event.Sequence)
	}
	require.True(rt, slices.IsSorted(taken), "%v", taken)
	require.True(rt, slices.IsSorted(sequences(left)))
	require.Empty(rt, b.reports.of(Damaged))
	require.Empty(rt, b.reports.of(Unsaved))
}
