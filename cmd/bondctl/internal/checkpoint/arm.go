package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"syscall"
	"time"
)

const (
	// armLimit is how long a guard may take to show that it is alive.
	armLimit = 30 * time.Second
	armPoll  = 20 * time.Millisecond
)

// launched is a guard on its way to life.
type launched struct {
	ended <-chan string // tells how it failed, if that can be seen
	log   string        // where its words can be read
}

// launcher starts the command of a guard, and does not wait until it is alive.
type launcher func(ctx context.Context, t *Transaction, command []string) (launched, error)

// launcherOf picks systemd where it runs the machine, which is where its directory exists (sd_booted(3)).
func launcherOf(systemd string) launcher {
	if info, err := os.Lstat(systemd); err == nil && info.IsDir() {
		return launchUnit
	}
	return launchDetached
}

// Arm starts the guard with a command that calls [Store.Guard], and returns when the guard has shown that it
// is alive: a prepared transaction is Armed then. An error means that there is no guard to rely on. Later on,
// Arm brings back a guard that died; while it lives, Arm does nothing.
func (t *Transaction) Arm(ctx context.Context, command []string) error {
	if err := t.startGuard(ctx, command); err != nil {
		return fmt.Errorf("arming the guard of %s: %w", t.ID(), err)
	}
	if t.journal.State != Prepared {
		return nil
	}
	return t.advance(Armed, func(*Journal, Instant) error { return nil })
}

func (t *Transaction) startGuard(ctx context.Context, command []string) error {
	if len(command) == 0 {
		return errors.New("there is no command to start it with")
	}
	ctx, cancel := context.WithTimeout(ctx, armLimit)
	defer cancel()
	if alive, err := t.store.GuardAlive(t.ID()); alive || err != nil {
		return err
	}
	var guard launched
	err := t.store.durably("the start of the guard", func() (err error) {
		guard, err = t.store.launch(ctx, t, command)
		return err
	})
	if err != nil {
		return err
	}
	if err := t.awaitGuard(ctx, guard.ended); err != nil {
		return fmt.Errorf("%w: see %s", err, guard.log)
	}
	return nil
}

// awaitGuard waits for the mark of the guard, and not for its process to be there.
func (t *Transaction) awaitGuard(ctx context.Context, ended <-chan string) error {
	for {
		if alive, err := t.store.GuardAlive(t.ID()); alive || err != nil {
			return err
		}
		select {
		case how := <-ended:
			return fmt.Errorf("it ended at once (%s)", how)
		case <-ctx.Done():
			return fmt.Errorf("it did not show within %s that it is alive: %w", armLimit, context.Cause(ctx))
		case <-time.After(armPoll):
		}
	}
}

// launchDetached starts the guard in a session of its own: no terminal that hangs up and no Ctrl-C reaches
// it, and it holds nothing of the process that started it, whose death it outlives.
func launchDetached(_ context.Context, t *Transaction, command []string) (launched, error) {
	log, err := t.store.state.OpenFile(path.Join(transactionsDir, t.ID(), guardLog), os.O_WRONLY|os.O_CREATE|os.O_APPEND, secretFile)
	if err != nil {
		return launched{}, err
	}
	defer func() { _ = log.Close() }() // the guard has its own handle

	guard := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // the caller's own program, which outlives the caller
	guard.Dir = "/"
	guard.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	guard.Stdout, guard.Stderr = log, log
	guard.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := guard.Start(); err != nil {
		return launched{}, err
	}
	spareFromOOM(guard.Process.Pid)
	ended := make(chan string, 1)
	go func() {
		_ = guard.Wait() // the state says it, too
		ended <- guard.ProcessState.String()
	}()
	return launched{ended: ended, log: t.store.path(t.ID(), guardLog)}, nil
}

// spareFromOOM keeps the kernel from choosing the guard when memory runs out. Only root can ask for that; the
// guard works without.
func spareFromOOM(pid int) {
	f, err := os.OpenFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), os.O_WRONLY, 0)
	if err != nil {
		return
	}
	_, _ = f.WriteString("-1000")
	_ = f.Close()
}

// unitOf is the name of a guard's service.
func unitOf(id string) string {
	return "bondctl-guard-" + id + ".service"
}
