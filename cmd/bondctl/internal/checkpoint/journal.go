package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

const journalVersion = 1

// Journal is all that is known of one transaction, on disk before it counts.
type Journal struct {
	FormatVersion int `json:"format_version"`
	// ID is the time of day at which the transaction began, in UTC, and a number where two began at once.
	ID string `json:"id"`
	// Sequence orders transactions, which times of day do not: those step.
	Sequence int   `json:"sequence"`
	State    State `json:"state"`

	// Owner began the transaction, in Process, with the bondctl of Version.
	Owner   Actor     `json:"owner"`
	Process Process   `json:"process"`
	Version string    `json:"bondctl_version"`
	BootID  string    `json:"boot_id"`
	Created time.Time `json:"created"`

	// Window is how long the change lives unconfirmed, from Awaiting on.
	Window time.Duration `json:"window_ns"`
	// Ceiling is when Applying must be over, and Deadline when the window ends. Both are on
	// CLOCK_BOOTTIME of the boot BootID; Deadline is 0 before Awaiting.
	Ceiling  time.Duration `json:"ceiling_boottime_ns"`
	Deadline time.Duration `json:"deadline_boottime_ns,omitempty"`
	// Until is Deadline as the wall clock would have it, for people.
	Until time.Time `json:"deadline,omitzero"`
	// Unguarded is a transaction that its owner wanted no guard for.
	Unguarded bool `json:"unguarded,omitempty"`

	// What the transaction is for, such as "applying /root/bondctl.hcl".
	What    string `json:"what,omitempty"`
	Backend string `json:"backend"`
	// Formers are the backends that have had the links so far, where the change
	// gives them to another.
	Formers []string `json:"former_backends,omitempty"`
	// Managers are the names of those that take up the files of these backends: who it
	// is does not change while one of them is away.
	Managers map[string]string `json:"managers,omitempty"`
	// TookOver is set where files of others were changed: they are kept for good.
	TookOver bool `json:"took_over,omitempty"`
	// Links are those that the change can reach.
	Links []string `json:"links"`
	// Plan is the saved plan that is carried out, empty for none.
	Plan string `json:"plan,omitempty"`

	Outcome Outcome  `json:"outcome,omitzero"`
	History []Record `json:"transitions"`
}

// Outcome is why a transaction is no longer on its way.
type Outcome struct {
	// By confirmed it, or rolled it back; the guard and the recovery are actors, too.
	By Actor `json:"by"`
	// Reason is why it was rolled back.
	Reason string `json:"reason,omitempty"`
	// Error is what could not be restored.
	Error string `json:"error,omitempty"`
	// GivenUp is an incomplete rollback that nobody shall try again.
	GivenUp bool `json:"given_up,omitempty"`
}

// Record is one transition.
type Record struct {
	State  State         `json:"state"`
	At     time.Time     `json:"at"`
	Boot   time.Duration `json:"boottime_ns"`
	BootID string        `json:"boot_id"`
}

// Open tells whether the transaction still needs someone: a confirmation, or a rollback.
func (j *Journal) Open() bool {
	return !j.State.final() && !j.Outcome.GivenUp
}

// Touched tells whether anything can have been changed: Applying is on disk before the first change.
func (j *Journal) Touched() bool {
	for _, r := range j.History {
		if r.State == Applying {
			return true
		}
	}
	return false
}

// CeilingTime is Ceiling as the wall clock would have it, for people.
func (j *Journal) CeilingTime() time.Time {
	return j.Created.Add(j.Ceiling - j.History[0].Boot)
}

// Since is when the transaction came to its state.
func (j *Journal) Since() time.Time {
	return j.last().At
}

func (j *Journal) last() Record {
	return j.History[len(j.History)-1]
}

// attempts counts the rollbacks that were incomplete.
func (j *Journal) attempts() int {
	n := 0
	for _, r := range j.History {
		if r.State == RollbackIncomplete {
			n++
		}
	}
	return n
}

// advance makes a transition that the table has.
func (j *Journal) advance(to State, now Instant) error {
	if err := j.State.check(to); err != nil {
		return err
	}
	j.State = to
	j.History = append(j.History, recordOf(to, now))
	return nil
}

func recordOf(s State, now Instant) Record {
	return Record{State: s, At: wallOf(now.Wall), Boot: now.Boot, BootID: now.BootID}
}

// encode writes a journal as its file has it.
func (j *Journal) encode() ([]byte, error) {
	text, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the journal of %s: %w", j.ID, err)
	}
	return append(text, '\n'), nil
}

// decode reads a journal, and takes none that this package could not have written. What a newer bondctl
// added within the format version is passed over.
func decode(text []byte) (Journal, error) {
	var format struct {
		Version int `json:"format_version"`
	}
	if err := json.Unmarshal(text, &format); err != nil {
		return Journal{}, fmt.Errorf("it is torn or foreign: %w", err)
	}
	if format.Version != journalVersion {
		return Journal{}, fmt.Errorf("it has format version %d, and this bondctl knows %d: use the bondctl that wrote it",
			format.Version, journalVersion)
	}
	var j Journal
	if err := json.Unmarshal(text, &j); err != nil {
		return Journal{}, fmt.Errorf("it is foreign: %w", err)
	}
	if err := j.check(); err != nil {
		return Journal{}, fmt.Errorf("it is foreign: %w", err)
	}
	return j, nil
}

// check holds a journal to the rules that its makers kept.
func (j *Journal) check() error {
	switch {
	case !isID(j.ID):
		return fmt.Errorf("its id is %q", j.ID)
	case j.BootID == "":
		return errors.New("it names no boot")
	case len(j.History) == 0 || j.History[0].State != Prepared:
		return fmt.Errorf("its transitions do not begin with %s", Prepared)
	case j.last().State != j.State:
		return fmt.Errorf("it is %s, but its last transition was to %s", j.State, j.last().State)
	case j.State == Awaiting && j.Deadline == 0:
		return fmt.Errorf("it is %s without a deadline", Awaiting)
	}
	for i, r := range j.History[1:] {
		if err := j.History[i].State.check(r.State); err != nil {
			return err
		}
	}
	return nil
}

// idTime is the time in an ID, as time.Format takes it.
const idTime = "20060102T150405Z"

var idShape = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z(-[1-9][0-9]{0,8})?$`)

func isID(id string) bool {
	return idShape.MatchString(id)
}
