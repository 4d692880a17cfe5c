package manager

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	// programLimit is what a small machine may take for a program in Python.
	programLimit = 30 * time.Second
	// outputLimit is how long the output of a program that was ended may stay open.
	outputLimit = time.Second
)

// run runs a program of the host to its end, which does not outlive this
// process. An error has what it said.
func run(ctx context.Context, words ...string) error {
	late := fmt.Errorf("no end after %s", programLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, programLimit, late)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the words are those above
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = outputLimit
	output, err := cmd.CombinedOutput()
	if err != nil {
		if ctx.Err() != nil {
			err = errors.Join(context.Cause(ctx), err)
		}
		return fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
