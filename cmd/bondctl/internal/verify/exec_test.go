package verify

import (
	"context"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/schema"
)

func running(command ...string) *schema.Verifier {
	return &schema.Verifier{Kind: schema.Given("exec"), Command: schema.GivenList(command...), Timeout: schema.Given(time.Minute)}
}

func shell(script string, args ...string) *schema.Verifier {
	return running(append([]string{"/bin/sh", "-c", script, "sh"}, args...)...)
}

func TestExec(t *testing.T) {
	passes(t, running("/bin/true"), Options{})
	fails(t, running("/bin/false"), Options{}, "/bin/false: exit status 1")
	fails(t, shell("echo no carrier; echo more; exit 3"), Options{}, "/bin/sh: exit status 3: no carrier")
	fails(t, running("/nonexistent"), Options{}, "/nonexistent: no such file or directory")
}

// The arguments reach the program as they are: no shell looks at them.
func TestNoShellIsInvolved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seen")
	passes(t, shell(`printf '%s' "$2" >"$1"`, file, "$(id); * `x`"), Options{})
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "$(id); * `x`", string(text))
}

func TestAProgramHasLittleEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "environment")
	t.Setenv("WIFI_PSK", "goats are interesting")
	hops := func() ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")}, nil
	}
	passes(t, shell(`cat /proc/self/environ >"$1"; pwd >>"$1"`, file), Options{Link: "eth0", Gateways: hops})
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	seen := strings.Split(string(text), "\x00")
	assert.Subset(t, seen, []string{program.Path, "BONDCTL_LINK=eth0", "BONDCTL_GATEWAY=192.0.2.1 fe80::1%eth0", "/\n"})
	assert.NotContains(t, string(text), "goats")
}

// awaitPID gives the process that a program has written to a file.
func awaitPID(t *testing.T, file string) int {
	t.Helper()
	var pid int
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		if err != nil || !strings.HasSuffix(string(text), "\n") {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	}, time.Minute, 10*time.Millisecond, "the program has not begun")
	return pid
}

// ends insists that a process ends; nobody may have waited for it yet.
func ends(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		return err != nil || strings.Contains(string(stat), ") Z ")
	}, time.Minute, 10*time.Millisecond, "process %d is alive", pid)
}

// A program that takes too long is killed with all that it has started.
func TestAProgramIsKilledWithItsChildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	made, err := New(shell(`sleep 1000 & echo $! >"$1"; wait`, file), Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	results := make(chan Result)
	go func() { results <- made.Check(ctx) }()
	child := awaitPID(t, file)
	cancel(assert.AnError)
	assert.Equal(t, "/bin/sh: "+assert.AnError.Error(), (<-results).String())
	ends(t, child)

	v := running("/bin/sleep", "1000")
	v.Timeout = schema.Given(50 * time.Millisecond)
	fails(t, v, Options{}, "/bin/sleep: no answer within 50ms")
}

func TestWhatAProgramLeavesBehindIsKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	passes(t, shell(`sleep 1000 & echo $! >"$1"`, file), Options{})
	ends(t, awaitPID(t, file))
}

// A flood of output is taken, and its beginning kept.
func TestOutputIsCapped(t *testing.T) {
	fails(t, shell("head -c 10000000 /dev/zero | tr '\\0' x; exit 1"), Options{}, "exit status 1: "+strings.Repeat("x", program.OutputLimit))
}

// parentOf is set in a process that runs a program for a test, and names the program's file.
const parentOf = "BONDCTL_TEST_PARENT_OF"

func TestAProgramEndsWithUs(t *testing.T) {
	if file := os.Getenv(parentOf); file != "" {
		check(t, shell(`echo $$ >"$1"; exec sleep 1000`, file), Options{})
		return
	}
	file := filepath.Join(t.TempDir(), "pid")
	parent := exec.Command(os.Args[0], "-test.run=^TestAProgramEndsWithUs$")
	parent.Env = append(os.Environ(), parentOf+"="+file)
	require.NoError(t, parent.Start())
	child := awaitPID(t, file)
	require.NoError(t, parent.Process.Signal(syscall.SIGKILL))
	require.Error(t, parent.Wait())
	ends(t, child)
}
