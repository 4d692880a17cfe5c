package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/bondctl/bondctl/schema"
)

const (
	// outputLimit is how much of what a program says is kept, in bytes.
	outputLimit = 4 << 10
	// outputDelay is how long a program's output is waited for when it has ended
	// itself: its children may have it open still.
	outputDelay = time.Second
	// programPath is where a program finds others.
	programPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// newRun makes the probe that runs a program: exit status 0 is its answer.
func newRun(described *schema.Verifier, o Options) probe {
	command := described.Command.Values()
	return func(ctx context.Context, _ string) (time.Duration, error) {
		begun := time.Now()
		if err := o.run(ctx, command); err != nil {
			return 0, err
		}
		return time.Since(begun), nil
	}
}

// run runs a program in a process group of its own, all of which is killed when
// the program ends or its time is over.
func (o Options) run(ctx context.Context, command []string) error {
	// The kernel sends the signal of Pdeathsig when the thread ends that started
	// the program (prctl(2)).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var said head
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // what the document says is run
	cmd.Env = o.environment()
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	cmd.WaitDelay = outputDelay
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	_ = killGroup(cmd.Process.Pid) // mostly there is nobody left
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	if text := said.firstLine(); text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}

func killGroup(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }

// environment is all that the program has of it: where to find others, the
// link that is tested, and its next hops.
func (o Options) environment() []string {
	all := []string{programPath, "BONDCTL_LINK=" + o.Link, "BONDCTL_GATEWAY="}
	if hops, err := o.nextHops(); err == nil {
		all[2] += join(hops)
	}
	return all
}

func join(addresses []netip.Addr) string {
	texts := make([]string, len(addresses))
	for i, addr := range addresses {
		texts[i] = addr.String()
	}
	return strings.Join(texts, " ")
}

// head keeps the beginning of what is written to it, and takes the rest too.
type head struct{ bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	if room := outputLimit - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (h *head) firstLine() string {
	line, _, _ := strings.Cut(strings.TrimSpace(h.String()), "\n")
	return line
}
