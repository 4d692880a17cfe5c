package manager

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	// programLimit is what a small machine under load may take.
	programLimit = 30 * time.Second
	// outputLimit is how long the output of a program that was ended may stay open.
	outputLimit = time.Second
)

// run runs a program of the host to its end, which does not outlive this
// process. An error has what it said.
func run(ctx context.Context, words ...string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, programLimit, fmt.Errorf("it did not end within %s", programLimit))
	defer cancel()
	// The kernel sends the signal of Pdeathsig when the thread ends that started
	// the program (prctl(2)).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the words are those above
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = outputLimit
	output, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if said := strings.TrimSpace(string(output)); err != nil && said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(words, " "), err)
	}
	return nil
}
