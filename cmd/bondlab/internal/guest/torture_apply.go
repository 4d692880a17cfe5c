package guest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// applying is an apply under way.
type applying struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// applyLog is what all of a part's applies have said, one after the other.
const applyLog = "torture.log"

// start begins to apply the document.
func (o *ordeal) start() (*applying, error) {
	log, err := os.OpenFile(filepath.Join(o.results, applyLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keeping what apply says: %w", err)
	}
	defer func() { _ = log.Close() }() // apply has its own handle
	a := &applying{ended: make(chan struct{}), cmd: exec.Command(tortured, o.arguments()...)}
	a.cmd.Stdout, a.cmd.Stderr = log, log
	if err := a.cmd.Start(); err != nil {
		return nil, fmt.Errorf("applying %s: %w", o.document, err)
	}
	go func() {
		_ = a.cmd.Wait() // how it ended is told by what it leaves
		close(a.ended)
	}()
	return a, nil
}

// arguments are those of the apply; what others have is taken over.
func (o *ordeal) arguments() []string {
	args := []string{theApply, "--backend", o.consumer.Backend, "--config", o.script.MkAbs(o.document), "--auto-approve", "--confirm-within", o.window()}
	if o.takesOver() {
		args = append(args, "--take-over")
	}
	return args
}

// hanging is longer than bondctl lets any apply work: two minutes and the window.
const hanging = 4 * time.Minute

// wait waits for the end of apply.
func (a *applying) wait() error {
	select {
	case <-a.ended:
		return nil
	case <-time.After(hanging):
		return errors.New("apply does not end, although the window should have long ended")
	}
}

// wasKilled tells whether an apply that has ended was.
func (a *applying) wasKilled() bool {
	status, ok := a.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// hasEnded tells whether apply is over.
func (a *applying) hasEnded() bool {
	select {
	case <-a.ended:
		return true
	default:
		return false
	}
}

// kill leaves no apply behind.
func (a *applying) kill() {
	_ = a.cmd.Process.Kill()
	<-a.ended
}
