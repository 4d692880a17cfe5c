package wall

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// terminal is a terminal device.
type terminal struct {
	// name is below /dev: "pts/0".
	name         string
	major, minor uint32
}

// maxTerminals bounds how many are told: anyone can open some.
const maxTerminals = 256

// ptsMajor is the device number of pseudo-terminals, whose minor number is that
// of the name: the driver counts on beyond 8 bits (tty_devnum, drivers/tty/tty_io.c).
const ptsMajor = 136

// terminals lists the controlling terminals of sessions, in the order of their
// leaders: a login's shell leads one, and so does the shell in a window of tmux.
func terminals(proc, sys fs.FS) []terminal {
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		return nil
	}
	var found []terminal
	for _, entry := range entries {
		t, ok := terminalOf(proc, sys, entry.Name())
		if ok && !slices.Contains(found, t) && len(found) < maxTerminals {
			found = append(found, t)
		}
	}
	return found
}

// terminalOf gives the controlling terminal of a process, if it leads a session
// and has one.
func terminalOf(proc, sys fs.FS, pid string) (terminal, bool) {
	if _, err := strconv.Atoi(pid); err != nil {
		return terminal{}, false
	}
	stat, err := fs.ReadFile(proc, path.Join(pid, "stat"))
	if err != nil {
		return terminal{}, false // it is gone
	}
	// Fields 6 and 7 of proc_pid_stat(5), counted from the last parenthesis on: the
	// name before it may have any character.
	const session, tty = 3, 4
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= tty || string(fields[session]) != pid {
		return terminal{}, false
	}
	number, err := strconv.ParseInt(string(fields[tty]), 10, 32) // the kernel prints a signed number
	if err != nil || number == 0 {
		return terminal{}, false
	}
	t := terminal{major: uint32(number) >> 8 & 0xfff, minor: uint32(number)&0xff | uint32(number)>>12&0xfff00} //nolint:gosec // a bit field
	t.name = t.device(sys)
	return t, t.name != ""
}

// device gives the name of the device, empty for one that has none.
func (t terminal) device(sys fs.FS) string {
	if t.major == ptsMajor {
		return fmt.Sprintf("pts/%d", t.minor)
	}
	uevent, err := fs.ReadFile(sys, fmt.Sprintf("dev/char/%d:%d/uevent", t.major, t.minor))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(uevent)) {
		if name, ok := strings.CutPrefix(line, "DEVNAME="); ok && fs.ValidPath(strings.TrimSpace(name)) {
			return strings.TrimSpace(name)
		}
	}
	return ""
}
