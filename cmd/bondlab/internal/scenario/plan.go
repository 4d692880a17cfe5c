package scenario

import (
	"path/filepath"
	"strconv"
)

// Plan is what the host wants of its machines, written to PlanFile.
type Plan struct {
	Runs []Run
	// Shell is a story in whose world a person wants a prompt.
	Shell string `json:",omitempty"`
}

// Where things lie in the directory that host and machines share.
const (
	PlanFile = "plan.json"
	Programs = "bin"
	Scripts  = "scenarios"
	Corpus   = "corpus"
	Examples = "examples"
	// Results has a directory for each run, with OutcomeFile in it.
	Results     = "runs"
	OutcomeFile = "outcome.json"
	// Claims has a directory for each run that a machine has taken on.
	Claims = "claims"
)

// What a machine keeps in its own directory.
const (
	// NowFile names the run that is under way.
	NowFile = "now"
	// PowerFile is what the agent asks the host for.
	PowerFile = "power"
	// NextFile is the rest of a run that goes on after the next boot.
	NextFile = "next.json"
	// WorkDir is a script's directory; it outlives the machine.
	WorkDir = "work"
)

// MachineDir is the directory of one machine, below the shared one.
func MachineDir(number int) string { return filepath.Join("machines", strconv.Itoa(number)) }

// MachineParameter tells a machine its number, on its kernel's command line.
const MachineParameter = "bondlab.machine="

// Next is the rest of a run that goes on after the next boot.
type Next struct {
	Run Run
	// Part counts the parts of the script that are done.
	Part int
	// Seconds are those that the parts took.
	Seconds  float64
	Readings []Reading `json:",omitempty"`
	// World is the description whose world is built before any manager
	// starts, a file of WorkDir; empty where the script has built none.
	World string `json:",omitempty"`
}
