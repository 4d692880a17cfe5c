package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// progress is how far the walk of an ordeal is. It lies with the results, where it
// outlives the machine: an order that is resumed goes on at the next point.
type progress struct {
	// Tried counts the points that are done.
	Tried int
	// Guards counts those that were killed.
	Guards int
	// Silence is the longest time in a try for which the far side had no answer.
	Silence time.Duration
	// Over is set once there was no further point to try.
	Over bool
}

// walkFile is a file of this walk alone: that of a fault, at the points of a
// command, while a document is applied.
func (o *ordeal) walkFile(kind string) string {
	name := strings.Join([]string{kind, o.fault, o.command, filepath.Base(o.document), o.only}, "-")
	return strings.ReplaceAll(name, "/", "-") + ".json"
}

func (o *ordeal) progressFile() string { return filepath.Join(o.results, o.walkFile("points")) }

// takeUpProgress finds out how far an earlier machine has come.
func (o *ordeal) takeUpProgress() error {
	err := jsonfile.Read(o.progressFile(), &o.progress)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// advance is done with a point.
func (o *ordeal) advance() error {
	o.Tried++
	o.Over = o.only != ""
	return o.keepProgress()
}

// conclude ends the walk: there was no further point.
func (o *ordeal) conclude() error {
	o.Over = true
	return o.keepProgress()
}

func (o *ordeal) keepProgress() error { return jsonfile.Write(o.progressFile(), o.progress) }

// tell reports once how many points were tried; none is a failure.
func (o *ordeal) tell() error {
	if o.Tried == 0 {
		return fmt.Errorf("%s of %s: there was no point to try", o.fault, o.command)
	}
	if killsGuard(o.fault) && o.Guards == 0 {
		return fmt.Errorf("%s of %s: at no point there was a guard to kill", o.fault, o.command)
	}
	reading := scenario.Reading{Fault: o.fault + " " + o.command, Points: o.Tried, Gap: o.Silence}
	if !slices.Contains(o.readings, reading) {
		o.report(reading)
	}
	return nil
}
