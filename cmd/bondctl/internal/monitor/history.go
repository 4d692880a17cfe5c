package monitor

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// A history is what came in, as JSON lines: first a header, then a [Record] a line,
// in the order in which they came. Ticks are left out unless something was decided
// at one: each came before what came in at its moment or later, but for what has that
// moment as Overdue. A history begins with a [Started] for each fallback and family, and the
// path of each route, or with a [Continued] where an earlier file was full. What happened at
// ticks before a later [Started] is told by what is Known there: until when its own timers
// ran, and what was found out later and lost.
const (
	historyKind    = "bondctl monitor history"
	historyVersion = "1.2"
)

type historyHeader struct {
	FormatVersion string `json:"format_version"`
	Kind          string `json:"kind"`
}

// Record is one line of a history.
type Record struct {
	Fallback string `json:"fallback"`
	// Family is ipv4 or ipv6.
	Family string `json:"family"`
	Input
	// Decided is what the input led to, nil where nothing was decided.
	Decided *Decision `json:"decided,omitzero"`
}

// Recorder writes a history.
type Recorder struct{ lines *json.Encoder }

// RecorderOf goes on with a history.
func RecorderOf(w io.Writer) *Recorder { return &Recorder{lines: json.NewEncoder(w)} }

// NewRecorder begins a history.
func NewRecorder(w io.Writer) (*Recorder, error) {
	r := RecorderOf(w)
	return r, r.lines.Encode(historyHeader{FormatVersion: historyVersion, Kind: historyKind})
}

// Record writes what came in and the decision it led to, nil for none.
func (r *Recorder) Record(s *Settings, in Input, decided *Decision) error {
	if in.Kind == Tick && decided == nil {
		return nil
	}
	return r.lines.Encode(Record{Fallback: s.Fallback, Family: s.Family.String(), Input: in, Decided: decided})
}

// Continue begins where another history of a fallback ends; wall is what the clock on the
// wall showed then.
func (r *Recorder) Continue(s *Standing, wall time.Time) error {
	return r.Record(&s.Settings, Input{Kind: Continued, At: s.State.Now, Boot: s.State.Boot, Wall: wall, Known: &s.State}, nil)
}

// longestLine is what a line of a history may have, in bytes: a decision has the
// evidence of all routes.
const longestLine = 16 << 20

// ReadHistory reads a history. A last line that is not whole, as a machine leaves it
// that lost its power, is passed over.
func ReadHistory(r io.Reader) ([]Record, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	first, err := readLine(lines)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := checkHeader(first); err != nil {
		return nil, err
	}
	var records []Record
	for number := 2; ; number++ {
		text, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		var record Record
		if err := json.Unmarshal(text, &record); err != nil {
			return nil, fmt.Errorf("line %d is no record of a history: %w", number, err)
		}
		records = append(records, record)
	}
}

// readLine reads a whole line; io.EOF where none is left.
func readLine(r *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		part, err := r.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case err == nil:
			return text, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(text) > longestLine:
			return nil, errors.New("it is longer than any record of a history")
		}
	}
}

func checkHeader(text []byte) error {
	var header historyHeader
	if json.Unmarshal(text, &header) != nil || header.Kind != historyKind {
		return fmt.Errorf("not a history: its first line is not that of a %s", historyKind)
	}
	if !strings.HasPrefix(header.FormatVersion, "1.") {
		return fmt.Errorf("a history in the format %s, and this version of bondctl reads 1.x: use the version that recorded it", header.FormatVersion)
	}
	return nil
}
