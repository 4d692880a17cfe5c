// Package program runs the programs that a document names, for verifiers and
// handlers: without a shell, in a process group of their own, with nothing of
// this process's environment, and with an end to their time and their output.
package program

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

const (
	// OutputLimit is how much is kept of what a program says, in bytes.
	OutputLimit = 4 << 10
	// outputDelay is how long a program's output is waited for when it has ended
	// itself: what it has started may have it open still.
	outputDelay = time.Second
	// Path is where a program finds others.
	Path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// Program is what is run.
type Program struct {
	// Words are the path of the program and its arguments.
	Words []string
	// Environment has all of its variables but PATH.
	Environment []string
	// Input is what it can read from its standard input.
	Input []byte
	// Keep is how much is kept of what it says on both its outputs, in bytes.
	Keep int
	// Leaves lets live on what a program leaves behind that ends by itself.
	Leaves bool
}

// Run runs the program to its end, and kills its whole group when the context
// ends. It does not outlive this process. The error is that of [exec.Cmd.Wait].
func (p Program) Run(ctx context.Context) (Output, error) {
	// The kernel sends the signal of Pdeathsig when the thread ends that started
	// the program (prctl(2)).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	said := Output{limit: p.Keep}
	cmd := exec.CommandContext(ctx, p.Words[0], p.Words[1:]...) //nolint:gosec // what the document says is run
	cmd.Env = append([]string{Path}, p.Environment...)
	cmd.Dir = "/"
	cmd.Stdin = bytes.NewReader(p.Input)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = outputDelay
	if err := cmd.Start(); err != nil {
		return Output{}, err
	}
	err := cmd.Wait()
	if !p.Leaves {
		_ = killGroup(cmd) // mostly there is nobody left
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	return said, err
}

func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// Output is the beginning of what a program said.
type Output struct {
	Kept []byte
	// Full is set once something was left out.
	Full  bool
	limit int
}

// Write takes everything, and keeps the beginning.
func (o *Output) Write(b []byte) (int, error) {
	more := b[:min(o.limit-len(o.Kept), len(b))]
	o.Full = o.Full || len(more) < len(b)
	o.Kept = append(o.Kept, more...)
	return len(b), nil
}
