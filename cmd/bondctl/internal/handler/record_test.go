package handler

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func moment(second int) Moment {
	return Moment{
		Time: time.Date(2026, 3, 4, 5, 6, second, 0, time.UTC), Synchronized: true, MaxError: time.Millisecond,
		Boot: time.Duration(second) * time.Second, BootID: "boot-1",
	}
}

func event(sequence uint64, name string) Event {
	return Event{
		ID: fmt.Sprintf("ID%d", sequence), Sequence: sequence, Name: name, Fallback: "internet", Route: "fiber", Link: "bond0",
		Family: IPv4, Gateway: netip.MustParseAddr("192.0.2.1"), Up: []string{}, Down: []string{"fiber"}, At: moment(int(sequence % 60)),
	}
}

// story is a queue's file with what is still to be told after each of its lines.
func story() (file []byte, after [][]uint64) {
	ptr := func(e Event) *Event { return &e }
	for _, step := range []struct {
		record record
		left   []uint64
	}{
		{record{FormatVersion: queueVersion, Next: 4}, nil},
		{record{For: "a", Event: ptr(event(4, "failed"))}, []uint64{4}},
		{record{For: "a", Event: ptr(event(5, "restored"))}, []uint64{4, 5}},
		{record{For: "a", Done: 4}, []uint64{5}},
		{record{For: "a", Event: ptr(event(6, "failed"))}, []uint64{5, 6}},
		{record{For: "a", Done: 6}, []uint64{5}},
	} {
		file = append(file, step.record.line()...)
		after = append(after, step.left)
	}
	return file, after
}

func sequences(b backlog) []uint64 {
	var all []uint64
	for _, w := range b.waiting {
		all = append(all, w.Event.Sequence)
	}
	return all
}

// Wherever the file is torn, what is whole is read, and the rest is reported.
func TestATornQueue(t *testing.T) {
	file, after := story()
	for end := range len(file) + 1 {
		b, err := readBacklog(file[:end])
		require.NoError(t, err)
		whole := bytes.Count(file[:end], []byte("\n"))
		var want []uint64
		if whole > 0 {
			want = after[whole-1]
		}
		require.Equal(t, want, sequences(b), "torn after %d bytes", end)
		torn := end > 0 && file[end-1] != '\n'
		require.Equal(t, torn, len(b.damaged) == 1, "torn after %d bytes: %v", end, b.damaged)
	}
}

// A byte that has changed costs the line that it is in, and is never taken for something else.
func TestADamagedQueue(t *testing.T) {
	file, _ := story()
	whole, err := readBacklog(file)
	require.NoError(t, err)
	for i := range file {
		bad := slices.Clone(file)
		bad[i] ^= 0x01
		b, err := readBacklog(bad)
		require.NoError(t, err)
		require.NotEmpty(t, b.damaged, "byte %d", i)
		for _, w := range b.waiting {
			require.Equal(t, event(w.Event.Sequence, w.Event.Name), w.Event)
		}
		lineOf := bytes.Count(file[:i], []byte("\n"))
		if lineOf == 0 {
			require.Equal(t, whole.waiting, b.waiting, "byte %d", i)
		}
	}
}

func TestAQueueOfANewerVersionIsNotRead(t *testing.T) {
	_, err := readBacklog(record{FormatVersion: 2, Next: 1}.line())
	require.EqualError(t, err, "the queue has format version 2, and this bondctl knows 1: use the bondctl that wrote it, or move the file away")
}

func TestNumbersGoOn(t *testing.T) {
	file, _ := story()
	b, err := readBacklog(file)
	require.NoError(t, err)
	assert.Equal(t, uint64(7), b.next)
	b, err = readBacklog(record{For: "a", Done: 9}.line())
	require.NoError(t, err)
	assert.Equal(t, uint64(10), b.next)
}

// What is written is read as it was.
func TestBacklogRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b backlog
		for i := range rapid.IntRange(0, 20).Draw(t, "events") {
			e := event(uint64(i+1), rapid.String().Draw(t, "name"))
			e.Reason = rapid.String().Draw(t, "reason")
			e.Coalesced = rapid.IntRange(0, 3).Draw(t, "coalesced")
			b.waiting = append(b.waiting, waiting{rapid.String().Draw(t, "for"), e})
		}
		b.next = uint64(len(b.waiting) + 1)
		again, err := readBacklog(b.lines())
		require.NoError(t, err)
		assert.Empty(t, again.damaged)
		assert.Equal(t, b.next, again.next)
		assert.ElementsMatch(t, b.waiting, again.waiting)
		assert.Equal(t, sequences(b), sequences(again))
	})
}

// withSums gives each line a checksum that fits what follows its first bytes.
func withSums(content []byte) []byte {
	var all []byte
	for line := range bytes.Lines(content) {
		text := bytes.TrimSuffix(line, []byte("\n"))
		text = text[min(sumLength, len(text)):]
		all = fmt.Appendf(all, "%08x %s\n", crc32.Checksum(text, castagnoli), text)
	}
	return all
}

// FuzzReadBacklog: whatever is in the file, reading it ends, and what was read can be written and read again.
func FuzzReadBacklog(f *testing.F) {
	file, _ := story()
	f.Add(file)
	f.Add(file[:len(file)-5])
	f.Add(bytes.ReplaceAll(file, []byte("failed"), []byte("")))
	f.Add([]byte("00000000 \n"))
	f.Add(append([]byte("99999999 {}\n"), file...))
	f.Fuzz(func(t *testing.T, content []byte) {
		// A fuzzer finds no checksums: the lines are read with their own, and with fitting ones.
		for _, text := range [][]byte{content, withSums(content)} {
			b, err := readBacklog(text)
			if err != nil {
				continue
			}
			again, err := readBacklog(b.lines())
			require.NoError(t, err)
			require.Empty(t, again.damaged)
			require.Equal(t, sequences(b), sequences(again))
			require.Equal(t, b.next, again.next)
		}
	})
}
