package scenario

import (
	"fmt"
	"strings"
	"time"
)

// Outcome is how a run ended.
type Outcome struct {
	Run     Run
	Passed  bool
	Seconds float64
	// Words say what failed.
	Words    string    `json:",omitempty"`
	Readings []Reading `json:",omitempty"`
}

// Reading is one thing that a run has measured. One group of fields is set.
type Reading struct {
	// Mode is that of the bond whose settings were read back from the kernel.
	Mode string `json:",omitempty"`
	// Right counts the settings that the kernel has as described, Unsaid those
	// that the files cannot say, as bondctl has announced.
	Right, Unsaid int `json:",omitempty"`

	// Carrying is the time from the call of the manager to the first packet
	// that came through the bond.
	Carrying time.Duration `json:",omitempty"`

	// Meter names a stretch of a meter: what happened meanwhile.
	Meter string `json:",omitempty"`
	// Lost of Sent packets had no answer; Gap is the longest time without one.
	Lost, Sent int           `json:",omitempty"`
	Gap        time.Duration `json:",omitempty"`

	// Change names one that was made while a meter beat, the Way that it went,
	// and whether that way did not bring about what is described.
	Change  string `json:",omitempty"`
	Way     Way    `json:",omitempty"`
	Untaken bool   `json:",omitempty"`
	// Back is the time from the end of a window to the first answer over the
	// old configuration.
	Back time.Duration `json:",omitempty"`
	// Examples are those of a backend, and their Count; Right are the things said of
	// bonds that the document has, Unsaid those that are named beside it.
	Examples string `json:",omitempty"`
	Count    int    `json:",omitempty"`
	// Fault struck at so many Points of a transaction, one after the other; Gap is the
	// longest time in one of these tries for which the far side had no answer.
	Fault  string `json:",omitempty"`
	Points int    `json:",omitempty"`
}

// Way is who makes a change.
type Way string

// The ways that are compared.
const (
	ByBondctl Way = "bondctl"
	ByItself  Way = "its own way"
)

func (r Reading) String() string {
	switch {
	case r.Examples != "":
		return fmt.Sprintf("%s: of bonds in %d examples %d in the document, %d named", r.Examples, r.Count, r.Right, r.Unsaid)
	case r.Fault != "" && r.Gap > 0:
		return fmt.Sprintf("%s: %d points, never out of reach for longer than %v", r.Fault, r.Points, r.Gap)
	case r.Fault != "":
		return fmt.Sprintf("%s: %d points", r.Fault, r.Points)
	case r.Meter != "":
		return fmt.Sprintf("%s: %d of %d packets lost, longest gap %v", r.Meter, r.Lost, r.Sent, r.Gap)
	case r.Back > 0:
		return fmt.Sprintf("%s: back after %v", r.Change, r.Back.Round(time.Millisecond))
	case r.Untaken:
		return fmt.Sprintf("%s by %s did not take", r.Change, r.Way)
	case r.Change != "":
		return fmt.Sprintf("%s by %s: %d of %d packets lost, longest gap %v", r.Change, r.Way, r.Lost, r.Sent, r.Gap.Round(time.Millisecond))
	case r.Carrying > 0:
		return fmt.Sprintf("carries traffic after %v", r.Carrying.Round(100*time.Millisecond))
	}
	return fmt.Sprintf("%s: %d settings right, %d unsaid", r.Mode, r.Right, r.Unsaid)
}

// Line tells the outcome in one line.
func (o Outcome) Line() string {
	verdict, words := "FAIL", []string{o.Words}
	if o.Passed {
		verdict, words = "ok", nil
		for _, r := range o.Readings {
			words = append(words, r.String())
		}
	}
	return strings.TrimRight(fmt.Sprintf("%-4s %6.1f s  %-50s %s", verdict, o.Seconds, o.Run.Name(), strings.Join(words, "; ")), " ")
}
