package guest

import (
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// do runs a command line; the words are separated by single blanks.
func do(format string, args ...any) error {
	_, err := out(strings.Fields(fmt.Sprintf(format, args...))...)
	return err
}

// out runs a command and gives what it prints; an error has that as well.
func out(args ...string) (string, error) {
	output, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return string(output), nil
}

// all runs command lines until one fails.
func all(lines ...string) error {
	for _, line := range lines {
		if err := do("%s", line); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long a guest under emulation is given for what takes a
// real machine a few seconds.
const patience = 100 * time.Second

// settling is how long the options of a bond whose slaves are up may still change.
const settling = 30 * time.Second

// until waits until check has nothing to complain about, and gives its last
// complaint when the time is over.
func until(limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
