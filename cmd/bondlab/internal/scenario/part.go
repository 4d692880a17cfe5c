package scenario

import (
	"slices"
	"strings"
)

// Power is what happens to the machine between two parts of a script.
type Power string

// What a line of a script that stands alone asks for.
const (
	// PowerCut ends the machine's process and keeps its disk as it is.
	PowerCut Power = "poweroff"
	// Reboot shuts the machine down in order and starts it again.
	Reboot Power = "reboot"
)

// What an agent asks the host for by itself.
const (
	// Fresh wants a machine with a disk as it was made.
	Fresh Power = "fresh"
	// Done wants no machine any more.
	Done Power = "done"
)

// Part is a piece of a script that runs within one life of the machine.
type Part struct {
	Script string
	// Then is what ends this life; empty for the last part.
	Then Power
}

// Split cuts a script at its lines poweroff and reboot. Each later part begins
// with the env lines of those before it, and each has the script's files.
func Split(script string) []Part {
	lines := strings.SplitAfter(script, "\n")
	body, files := lines, ""
	if i := slices.IndexFunc(lines, isFileHeader); i >= 0 {
		body, files = lines[:i], strings.Join(lines[i:], "")
	}
	var parts []Part
	var kept, current strings.Builder
	for _, line := range body {
		word := Power(strings.TrimSpace(line))
		if word == PowerCut || word == Reboot {
			parts = append(parts, Part{Script: current.String() + files, Then: word})
			current.Reset()
			current.WriteString(kept.String())
			continue
		}
		if strings.HasPrefix(line, "env ") {
			kept.WriteString(line)
		}
		current.WriteString(line)
	}
	return append(parts, Part{Script: current.String() + files})
}

// isFileHeader knows the lines that begin a file in a txtar archive.
func isFileHeader(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --")
}
