package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
)

const interfaces = "etc/network/interfaces.d/bondctl"

// newApply is a host on which root applies the attic.
func newApply(t *testing.T, args ...string) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newHost(t, append([]string{"apply", "--backend", "ifupdown", "--auto-approve"}, args...)...)
	m.Privileged = true
	m.LookupEnv = bySudo
	require.NoError(t, os.MkdirAll(filepath.Join(m.Root, "var/lib"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(m.Root, "run/network"), 0o755))
	write(t, filepath.Join(m.Root, "run/network/ifstate"), "lo=lo\neth0=eth0\n")
	return m, k
}

// bySudo is the environment of whoever runs the tests, had they called sudo.
func bySudo(name string) (string, bool) {
	if name == "SUDO_UID" {
		return strconv.Itoa(os.Getuid()), true
	}
	return "", false
}

// again runs another command on the same host.
func (m *machine) again(args ...string) int {
	m.Args = args
	m.out.Reset()
	m.err.Reset()
	return Run(m.Env)
}

var linkIndex = regexp.MustCompile(`(?m)^\d+: `)

// portrait is what a rollback must bring back: every file but the transactions, and the kernel.
func portrait(t *testing.T, m *machine, k *kerneltest.Fake) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(m.Root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, stateDir) || strings.HasPrefix(entry.Name(), "ifstate.") || entry.Name() == ".ifstate.lock" {
			return err
		}
		text, err := os.ReadFile(path)
		info, _ := entry.Info()
		fmt.Fprintf(&b, "%s %v\n%s", path, info.Mode(), text)
		return err
	}))
	links := strings.Split(linkIndex.ReplaceAllString(k.String(), ""), "\n")
	slices.Sort(links) // neither do indexes nor the order of routes say anything
	return b.String() + strings.Join(links, "\n")
}

func TestApplyOnTheRunningHost(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "Everything reads back as described.\nDone. To go back: bondctl rollback ")
	assert.Contains(t, k.String(), "bond mode active-backup active_slave eth0 miimon 100 primary eth0")
	assert.FileExists(t, filepath.Join(m.Root, interfaces))
	known, err := os.ReadFile(filepath.Join(m.Root, "run/network/ifstate"))
	require.NoError(t, err)
	assert.Equal(t, "lo=lo\nbond0=bond0\n", string(known))

	before := portrait(t, m, k)
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve"), m.err.String())
	assert.Equal(t, "Nothing to do: the files of ifupdown and the running kernel are as described.\n", m.out.String())
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("history"))
	assert.Regexp(t, `^ID +STATE +WHAT +BACKEND +LINKS +BEGUN BY +DECIDED BY +BECAUSE\n\w+ +confirmed +applying \S+ +ifupdown +bond0.* +root +root +\n$`, m.out.String())
	require.Equal(t, codeDone, m.again("history", "--json"))
	assert.Contains(t, m.out.String(), `"state": "confirmed"`)
	require.Equal(t, codeDone, m.again("status", "--json"))
	assert.Contains(t, m.out.String(), `"transactions": []`)
	require.Equal(t, codeDone, m.again("status"))
	assert.Equal(t, "No transaction is open.\n", m.out.String())
}

// Over the link that carries the session nothing is changed without a net.
func TestApplyInsistsOnAWindowForItsOwnPath(t *testing.T) {
	m, k := newApply(t, "--via", "eth0")
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.out.String(), "This session comes from eth0, by --via. The plan touches eth0 below it: apply")
	assert.Contains(t, m.err.String(), "the plan touches eth0, which carries this session: say --confirm-within 60s")
	assert.Equal(t, before, portrait(t, m, k))

	assert.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "192.0.2.10"))
	assert.Contains(t, m.out.String(), "This session comes from 192.0.2.10, by --via. The plan touches eth0")
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--via", "eth7"))
	assert.Equal(t, "bondctl: the session's link by --via: no such link as eth7: ip link lists those that are there\n", m.err.String())
	assert.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--via", "eth0", "--no-guard"), m.err.String())
}

func TestApplyNeedsRoot(t *testing.T) {
	m, k := newApply(t)
	m.Privileged = false
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "this needs root")
	assert.Equal(t, before, portrait(t, m, k))
}

// Where nothing would take the files up, none is written.
func TestApplyForADaemonThatDoesNotRun(t *testing.T) {
	for _, backend := range []string{"networkd", "netplan"} {
		m, k := newApply(t, "--confirm-within", "1m")
		before := portrait(t, m, k)
		require.Equal(t, codeError, m.again("apply", "--backend", backend, "--auto-approve"), m.err.String())
		assert.Contains(t, m.err.String(), "systemd-networkd: it does not run, so nothing takes up its files: systemctl enable --now systemd-networkd")
		assert.Equal(t, before, portrait(t, m, k))
	}
}

// Whichever change of the kernel fails, everything is as it was.
func TestApplyRollsBackWhatFails(t *testing.T) {
	failures := 0
	for n := 1; ; n++ {
		m, k := newApply(t, "--no-guard")
		before := portrait(t, m, k)
		count := 0
		k.Before(func(string) error {
			count++
			if count == n {
				return errors.New("the driver says no")
			}
			return nil
		})
		code := Run(m.Env)
		if count < n {
			assert.Equal(t, codeDone, code)
			break
		}
		failures++
		require.Equal(t, codeRolledBack, code, m.err.String())
		assert.Contains(t, m.err.String(), "rolled back, all is as it was")
		assert.Contains(t, m.err.String(), "the driver says no")
		require.Equal(t, before, portrait(t, m, k), "after change %d", n)
	}
	assert.Greater(t, failures, 5)
}

// cutOff is what a test ends a run with.
type cutOff struct{ at string }

// runUntil runs until the n-th point, and tells the point; empty if there are
// fewer.
func runUntil(m *machine, n int) string {
	count := 0
	return runUntilIt(m, func(string) bool { count++; return count == n })
}

// runUntilNamed runs until the point with a name.
func runUntilNamed(m *machine, name string) string {
	return runUntilIt(m, func(at string) bool { return at == name })
}

// runUntilIt runs until the point that is it. Nothing of what apply would do on
// an error happens then.
func runUntilIt(m *machine, isIt func(name string) bool) (at string) {
	m.Point = func(name string) {
		if isIt(name) {
			panic(cutOff{name})
		}
	}
	defer func() {
		m.Point = nil
		if cut, ok := recover().(cutOff); ok {
			at = cut.at
		}
	}()
	Run(m.Env)
	return ""
}

// Cut off at any point, a rollback brings everything back; cut off itself at
// any point, the next one does. What was confirmed stays.
func TestApplyCutOffAtAnyPointIsOldOrNew(t *testing.T) {
	tried := 0
	for n := 1; ; n++ {
		m, k := newApply(t, "--no-guard")
		before := portrait(t, m, k)
		at := runUntil(m, n)
		if at == "" {
			break
		}
		tried++
		if m.again("status") != codeLocked { // never begun, or confirmed already
			after := portrait(t, m, k)
			if strings.Contains(at, "confirmed") {
				require.NotEqual(t, before, after, at)
			} else {
				require.Equal(t, before, after, at)
			}
			continue
		}
		m.Args = []string{"rollback"}
		runUntil(m, n%17+1)
		if m.again("status") == codeLocked {
			require.Equal(t, codeDone, m.again("rollback"), "%s: %s", at, m.err.String())
		}
		require.Equal(t, before, portrait(t, m, k), at)
	}
	t.Logf("%d points", tried)
	assert.Greater(t, tried, 20)
}

// A rollback that is cut off itself, at any point, is completed by the next one.
func TestRollbackCutOffAtAnyPointIsOld(t *testing.T) {
	tried := 0
	for n := 1; ; n++ {
		m, k := newApply(t, "--no-guard")
		before := portrait(t, m, k)
		runUntilNamed(m, "after the manager")
		m.Args = []string{"rollback"}
		at := runUntil(m, n)
		if at == "" {
			break
		}
		tried++
		if m.again("status") == codeLocked {
			require.Equal(t, codeDone, m.again("rollback"), "%s: %s", at, m.err.String())
		}
		require.Equal(t, before, portrait(t, m, k), at)
	}
	t.Logf("%d points", tried)
	assert.Greater(t, tried, 10)
}

// guardProcess is how the test binary becomes the guard of a transaction in
// another process. Its kernel is none: it watches, and could not undo.
func guardProcess(root string) []string {
	return []string{os.Args[0], "-test.run=^TestGuardProcess$", "-test.timeout=5m", "--", root}
}

func TestGuardProcess(t *testing.T) {
	args := flag.Args()
	if len(args) < 3 {
		return // other tests run it, as a process
	}
	m := newMachine(t, args[1:]...)
	m.Root, m.Privileged = args[0], true
	m.Kernel = func() (Kernel, error) { return nil, errors.New("the guard of a test has no kernel") }
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
}

// What is waited for in tests: generously, for the machine may be busy.
const (
	patience = time.Minute
	pulse    = 20 * time.Millisecond
)

// herald is a wall that lets the test know when the first thing is told.
type herald struct {
	Wall
	once sync.Once
	told chan struct{}
}

func (h *herald) Tell(text string) {
	h.Wall.Tell(text)
	h.once.Do(func() { close(h.told) })
}

// during runs an apply and, once it awaits a confirmation, something else. The journal
// says so while apply still has the lock; everybody is told when it has given it back.
func during(t *testing.T, m *machine, do func(other *machine)) int {
	t.Helper()
	if m.Wall == nil {
		m.Wall = silence
	}
	window := &herald{Wall: m.Wall, told: make(chan struct{})}
	m.Wall, m.Self = window, guardProcess(m.Root)
	ended := make(chan int, 1)
	go func() { ended <- Run(m.Env) }()
	other := &machine{Env: m.Env}
	other.Stdout, other.Stderr = &other.out, &other.err
	select {
	case <-window.told:
	case <-time.After(patience):
		require.Fail(t, "it never awaited a confirmation")
	}
	require.Equal(t, codeLocked, other.again("status"))
	require.Contains(t, other.out.String(), "awaiting until")
	do(other)
	select {
	case code := <-ended:
		return code
	case <-time.After(patience):
		require.Fail(t, "apply did not end")
		return 0
	}
}

func TestConfirmKeepsAChange(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	code := during(t, m, func(other *machine) {
		assert.Equal(t, codeLocked, other.again("apply", "--backend", "ifupdown", "--auto-approve"))
		assert.Contains(t, other.err.String(), "keep it with: bondctl confirm ")
		assert.Equal(t, codeDone, other.again("extend", "--for", "20m"), other.err.String())
		assert.Equal(t, codeDone, other.again("confirm"), other.err.String())
		assert.Equal(t, codeError, other.again("rollback"))
		assert.Contains(t, other.err.String(), "no transaction is open: ")
	})
	assert.Equal(t, codeDone, code, m.err.String())
	assert.Contains(t, m.out.String(), "the guard is armed")
	assert.Contains(t, m.out.String(), "Confirmed by root")
	assert.Contains(t, k.String(), "master bond0")
}

func TestRollbackUndoesAChange(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	before := portrait(t, m, k)
	code := during(t, m, func(other *machine) {
		assert.Equal(t, codeDone, other.again("rollback"), other.err.String())
	})
	assert.Equal(t, codeRolledBack, code)
	assert.Equal(t, before, portrait(t, m, k))
}

// A rollback that cannot be completed keeps others from beginning until it is
// completed, or given up.
func TestARollbackThatCannotBeCompleted(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	broken := errors.New("the driver says no")
	code := during(t, m, func(other *machine) {
		k.Before(func(string) error { return broken })
		assert.Equal(t, codeIncomplete, other.again("rollback"))
		assert.Contains(t, other.err.String(), broken.Error())
		assert.Contains(t, other.err.String(), "try again with: bondctl rollback ")
	})
	assert.Equal(t, codeIncomplete, code)
	k.Before(nil)
	require.Equal(t, codeLocked, m.again("apply", "--backend", "ifupdown", "--auto-approve"))
	require.Equal(t, codeDone, m.again("rollback", "--give-up"), m.err.String())
	assert.Equal(t, codeError, m.again("rollback", "--give-up"))
	assert.Equal(t, codeDone, m.again("status"))
}

// screen is a terminal, which tells when a text is on it.
type screen struct {
	io.Writer
	text  string
	shown chan struct{}
	once  sync.Once
}

func (s *screen) Write(part []byte) (int, error) {
	n, err := s.Writer.Write(part)
	if strings.Contains(string(part), s.text) {
		s.once.Do(func() { close(s.shown) })
	}
	return n, err
}

// Enter on the same terminal confirms, but not one that was typed ahead; the end
// of the input does nothing.
func TestEnterConfirmsOnTheSameTerminal(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	keyboard, typed := io.Pipe()
	m.Stdin, m.TTY = keyboard, "pts/0"
	m.IsTerminal = func(io.Writer) bool { return true }
	dropped := make(chan bool, 1)
	m.DropInput = func() { dropped <- true }
	counting := &screen{Writer: m.Stdout, text: " s left ", shown: make(chan struct{})}
	m.Stdout = counting
	code := during(t, m, func(*machine) {
		<-dropped
		<-counting.shown // nobody presses Enter before anything is to be seen
		_, err := typed.Write([]byte("\n"))
		require.NoError(t, err)
	})
	assert.Equal(t, codeDone, code, m.err.String())
	assert.Contains(t, m.out.String(), "press Enter here, or better, from a new login: bondctl confirm ")
	assert.Regexp(t, `\r +[0-9]+ s left `, m.out.String())
	assert.Contains(t, m.out.String(), "\nConfirmed by root (pts/0)")
	assert.Contains(t, k.String(), "master bond0")
}

func TestTheEndOfTheInputDecidesNothing(t *testing.T) {
	m, _ := newApply(t, "--confirm-within", "10m")
	m.TTY = "pts/0"
	m.IsTerminal = func(io.Writer) bool { return true }
	code := during(t, m, func(other *machine) {
		assert.Equal(t, codeDone, other.again("confirm"), other.err.String())
	})
	assert.Equal(t, codeDone, code, m.err.String())
}

func TestTheFirstInterruptRollsBackAndAHangUpDoesNot(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	before := portrait(t, m, k)
	signals := make(chan os.Signal)
	m.Signals = func() <-chan os.Signal { return signals }
	code := during(t, m, func(*machine) {
		signals <- hangUp
		signals <- os.Interrupt
	})
	assert.Equal(t, codeRolledBack, code, m.err.String())
	assert.Equal(t, before, portrait(t, m, k))
}

// What someone else writes within the window is kept beside the restored file.
func TestRollbackKeepsWhatOthersWrote(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m", "--take-over")
	write(t, filepath.Join(m.Root, interfaces), "# by hand\n")
	during(t, m, func(other *machine) {
		write(t, filepath.Join(m.Root, interfaces), "# someone else's\n")
		assert.Equal(t, codeDone, other.again("rollback"), other.err.String())
		assert.Contains(t, other.err.String(), "that version is kept as /etc/network/interfaces.d/.bondctl.bondctl-")
	})
	text, err := os.ReadFile(filepath.Join(m.Root, interfaces))
	require.NoError(t, err)
	assert.Equal(t, "# by hand\n", string(text))
	kept, err := filepath.Glob(filepath.Join(m.Root, "etc/network/interfaces.d/.bondctl.bondctl-*"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
	text, err = os.ReadFile(kept[0])
	require.NoError(t, err)
	assert.Equal(t, "# someone else's\n", string(text))
	assert.NotContains(t, k.String(), "bond0")
}

// hangUp is what a process gets whose terminal is gone.
const hangUp = syscall.SIGHUP

// recorder is a wall that remembers.
type recorder struct {
	mu   sync.Mutex
	told []string
}

func (r *recorder) Tell(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, text)
}

func (r *recorder) Wait(time.Duration) {}

// Everybody who is logged in is told how to keep a change, and why it is undone.
func TestEverybodyIsTold(t *testing.T) {
	m, _ := newApply(t, "--confirm-within", "10m")
	wall := &recorder{}
	m.Wall = wall
	code := during(t, m, func(other *machine) {
		require.Equal(t, codeDone, other.again("rollback"), other.err.String())
	})
	require.Equal(t, codeRolledBack, code)
	require.Len(t, wall.told, 2)
	assert.Regexp(t, `^root has changed the network of this host \(transaction \w+\)\.\nIt goes back to what it was at .*, unless somebody says: bondctl confirm \w+$`, wall.told[0])
	assert.Regexp(t, `^The network of this host goes back to what it was before transaction \w+ of root:\nroot rolls it back, because it was asked for\.$`, wall.told[1])
}
