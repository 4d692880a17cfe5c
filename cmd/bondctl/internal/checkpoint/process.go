package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// Process is one process and never another: the kernel gives a number again, but not with the same start
// time within one boot.
type Process struct {
	PID int `json:"pid"`
	// Start is field 22 of /proc/PID/stat: clock ticks since boot.
	Start  uint64 `json:"start"`
	BootID string `json:"boot_id"`
}

// self is the process that runs this code.
func self(bootID string) (Process, error) {
	pid := os.Getpid()
	stat, err := readStat(pid)
	if err != nil {
		return Process{}, fmt.Errorf("reading the start time of this process: %w", err)
	}
	return Process{PID: pid, Start: stat.start, BootID: bootID}, nil
}

// runs tells whether the process is there, and not dead with nobody having asked for its exit status.
func (p Process) runs(bootID string) bool {
	if p.PID <= 0 || p.BootID != bootID {
		return false
	}
	stat, err := readStat(p.PID)
	return err == nil && stat.start == p.Start && stat.state != 'Z' && stat.state != 'X'
}

// kill ends the process, and no other: the handle is taken before the start time is compared, and a handle
// (pidfd_open(2), since Linux 5.3) never comes to mean another process.
func (p Process) kill(bootID string) error {
	handle, err := os.FindProcess(p.PID)
	if err != nil {
		return err
	}
	defer func() { _ = handle.Release() }()
	if !p.runs(bootID) {
		return fmt.Errorf("process %d is another one by now, and is left alone", p.PID)
	}
	if err := handle.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("killing process %d: %w", p.PID, err)
	}
	return nil
}

// stat is what counts in /proc/PID/stat.
type stat struct {
	state byte
	start uint64
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(text)
}

// parseStat counts the fields from the last parenthesis on: the name before it may have any character.
func parseStat(text []byte) (stat, error) {
	const state, start = 0, 19 // fields 3 and 22
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= start {
		return stat{}, fmt.Errorf("%q is not what /proc tells of a process", text)
	}
	ticks, err := strconv.ParseUint(string(fields[start]), 10, 64)
	if err != nil {
		return stat{}, fmt.Errorf("the start time %q is no number", fields[start])
	}
	return stat{state: fields[state][0], start: ticks}, nil
}
