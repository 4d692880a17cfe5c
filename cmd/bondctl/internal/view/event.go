package view

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Event is something that happens while the running host is changed. A program
// gets it as a line of JSON; a person gets its text, if it has one.
type Event struct {
	// FormatVersion stands in the first event alone.
	FormatVersion string    `json:"format_version,omitempty"`
	Type          string    `json:"type"`
	Time          time.Time `json:"time"`
	Version       string    `json:"bondctl_version,omitempty"`
	// ID is that of the transaction.
	ID string `json:"id,omitempty"`
	// Deadline is when the guard rolls back, and Command what keeps the change.
	Deadline time.Time `json:"deadline,omitzero"`
	Command  string    `json:"command,omitempty"`
	// By has decided, and Reason is why.
	By       string      `json:"by,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Step     *changeJSON `json:"step,omitempty"`
	Message  string      `json:"message,omitempty"`
	ExitCode int         `json:"exit_code,omitempty"`

	Diagnostics []DiagnosticJSON `json:"diagnostics,omitempty"`
	Plan        *LivePlanJSON    `json:"plan,omitempty"`

	text string
	// aside is set for what goes to standard error where a person reads.
	aside bool
}

// Begun is the first event.
func Begun(v VersionJSON) Event {
	return Event{Type: "version", FormatVersion: FormatVersion, Version: v.Version}
}

// Found are diagnostics, secrets masked.
func Found(sources *Sources, diags hcl.Diagnostics) Event {
	return Event{Type: "diagnostics", Diagnostics: DiagnosticsJSON(sources, diags)}
}

// Planned is the plan that is carried out.
func Planned(p LivePlanJSON) Event { return Event{Type: "plan", Plan: &p} }

// GuardArmed is the guard on watch, before anything was changed.
func GuardArmed(j checkpoint.Journal) Event {
	return Event{Type: "guard_armed", ID: j.ID, Deadline: j.CeilingTime(), text: fmt.Sprintf("Transaction %s: the guard is armed.", j.ID)}
}

// StepStart is a change of a link that begins.
func StepStart(c plan.Change) Event {
	return Event{Type: "step_start", Step: stepOf(c), text: "  " + c.String()}
}

// StepDone is a change of a link that was made.
func StepDone(c plan.Change) Event { return Event{Type: "step_done", Step: stepOf(c)} }

func stepOf(c plan.Change) *changeJSON { return &changesJSON([]plan.Change{c})[0] }

// Verified is everything read back as it was wanted.
func Verified(id string) Event {
	return Event{Type: "verified", ID: id, text: "Everything reads back as described."}
}

// ConfirmRequired is a change that stays if it is confirmed within the window,
// by the command or by what a person is told first.
func ConfirmRequired(j checkpoint.Journal, first string) Event {
	command := "bondctl confirm " + j.ID
	return Event{
		Type: "confirm_required", ID: j.ID, Deadline: j.Until, Command: command,
		text: fmt.Sprintf("Confirm within %s, until %s:\n  %s%s\nCtrl-C rolls back now.", j.Window, j.Until.UTC().Format("15:04:05 UTC"), first, command),
	}
}

// Confirmed is a change that stays because somebody has said so.
func Confirmed(j checkpoint.Journal) Event {
	return Event{
		Type: "confirmed", ID: j.ID, By: j.Outcome.By.String(),
		text: fmt.Sprintf("Confirmed by %s. To go back: bondctl rollback %s", j.Outcome.By, j.ID),
	}
}

// Kept is a change that stays without anybody having been asked.
func Kept(j checkpoint.Journal) Event {
	e := Confirmed(j)
	e.text = "Done. To go back: bondctl rollback " + j.ID
	return e
}

// RollbackStart is a rollback that begins.
func RollbackStart(id, reason string) Event {
	return Event{Type: "rollback_start", ID: id, Reason: reason, text: reason + "; rolling back", aside: true}
}

// RollbackEnd is a rollback that is over: all is as it was, or something is not.
func RollbackEnd(id string, err error) Event {
	if err != nil {
		return Event{Type: "rollback_incomplete", ID: id, Message: err.Error()}
	}
	return Event{Type: "rolled_back", ID: id}
}

// Note is whatever else there is to say, beside the output.
func Note(text string) Event { return Event{Type: "note", Message: text, text: text, aside: true} }

// Progress is whatever else is being done.
func Progress(text string) Event { return Event{Type: "note", Message: text, text: text} }

// Failed is how the program ends with another exit code than 0.
func Failed(code int, cause error) Event {
	e := Event{Type: "error", ExitCode: code, Message: "the diagnostics say why"}
	if cause != nil {
		e.Message = cause.Error()
	}
	return e
}
