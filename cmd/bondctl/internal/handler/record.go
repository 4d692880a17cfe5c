package handler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
)

// queueVersion is that of the queue's file.
const queueVersion = 1

// record is one line of the queue's file: the head, an event that waits for a handler, or the end of one.
type record struct {
	// FormatVersion and Next are the head's: Next is more than the sequence number of every event that was told.
	FormatVersion int    `json:"format_version,omitempty"`
	Next          uint64 `json:"next,omitempty"`
	// For names the handler.
	For   string `json:"for,omitempty"`
	Event *Event `json:"event,omitempty"`
	// Done is the sequence number of an event that the handler has been told, or never will be.
	Done uint64 `json:"done,omitempty"`
}

// castagnoli detects every torn line of this length that matters (RFC 3720, B.4).
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumLength is that of the checksum in a line: 8 hexadecimal digits and a space.
const sumLength = 9

// line writes a record as the file has it: checksum, JSON, and the end of the line, which JSON has nowhere else.
func (r record) line() []byte {
	text, err := json.Marshal(r)
	if err != nil { // a year of five digits: Tell has none
		panic(err)
	}
	b := make([]byte, 0, sumLength+len(text)+1)
	b = fmt.Appendf(b, "%08x ", crc32.Checksum(text, castagnoli))
	return append(append(b, text...), '\n')
}

// waiting is an event that a handler is still to be told.
type waiting struct {
	For   string
	Event Event
}

// backlog is what the file says when it is read from its beginning.
type backlog struct {
	next    uint64
	waiting []waiting
	// damaged are lines that were passed over, with what is wrong with them.
	damaged []error
}

// foreignError is a file that this version did not write and must not replace.
type foreignError struct{ version int }

func (e *foreignError) Error() string {
	return fmt.Sprintf("the queue has format version %d, and this bondctl knows %d: use the bondctl that wrote it, or move the file away",
		e.version, queueVersion)
}

// readBacklog reads a queue's file. A line that is damaged does not keep the others from being read.
func readBacklog(content []byte) (backlog, error) {
	b := backlog{next: 1}
	done := map[string]bool{}
	number := 0
	for line := range bytes.Lines(content) {
		number++
		r, err := parseLine(line)
		switch {
		case err != nil:
			b.damaged = append(b.damaged, fmt.Errorf("line %d: %w", number, err))
		case r.FormatVersion != 0 && r.FormatVersion != queueVersion:
			return backlog{}, &foreignError{r.FormatVersion}
		default:
			b.take(r, done)
		}
	}
	b.forget(done)
	return b, nil
}

func parseLine(line []byte) (record, error) {
	text, whole := bytes.CutSuffix(line, []byte("\n"))
	if !whole {
		return record{}, errors.New("its end is missing")
	}
	if len(text) < sumLength || text[sumLength-1] != ' ' {
		return record{}, errors.New("it has no checksum")
	}
	sum, err := strconv.ParseUint(string(text[:sumLength-1]), 16, 32)
	text = text[sumLength:]
	if err != nil || uint32(sum) != crc32.Checksum(text, castagnoli) {
		return record{}, errors.New("it does not have its checksum")
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return record{}, fmt.Errorf("it is foreign: %w", err)
	}
	return r, nil
}

func (b *backlog) take(r record, done map[string]bool) {
	b.next = max(b.next, r.Next, r.Done+1)
	switch {
	case r.Event != nil && r.Event.Sequence > 0:
		b.next = max(b.next, r.Event.Sequence+1)
		b.waiting = append(b.waiting, waiting{r.For, *r.Event})
	case r.Done > 0:
		done[doneKey(r.For, r.Done)] = true
	}
}

// forget leaves out what is done, and what is there twice.
func (b *backlog) forget(done map[string]bool) {
	kept := b.waiting[:0]
	for _, w := range b.waiting {
		key := doneKey(w.For, w.Event.Sequence)
		if !done[key] {
			kept = append(kept, w)
			done[key] = true
		}
	}
	b.waiting = kept
}

func doneKey(name string, sequence uint64) string {
	return strconv.FormatUint(sequence, 10) + " " + name
}

// lines writes the backlog as a file of its own.
func (b *backlog) lines() []byte {
	all := record{FormatVersion: queueVersion, Next: b.next}.line()
	for _, w := range b.waiting {
		all = append(all, record{For: w.For, Event: &w.Event}.line()...)
	}
	return all
}
