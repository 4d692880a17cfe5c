package handler

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/program/programtest"
	"github.com/bondctl/bondctl/schema"
)

// script is an exec handler that runs a script of the shell with arguments.
func script(text string, args ...string) *schema.Handler {
	return &schema.Handler{
		Kind: schema.Given("exec"), Timeout: schema.Given(time.Minute),
		Command: schema.GivenList(append([]string{"/bin/sh", "-c", text, "sh"}, args...)...),
	}
}

// run hands an event to a program, and gives what it said.
func run(t *testing.T, d *schema.Handler, e Event) (string, error) {
	t.Helper()
	said := ""
	h, err := New(d, Options{Tell: func(text string) { said = text }})
	require.NoError(t, err)
	return said, h.Deliver(t.Context(), Delivery{Event: e, Attempt: 1})
}

func TestAProgramHasTheEventInItsEnvironmentAndOnItsInput(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("WIFI_PSK", "goats are interesting")
	d := script(`cat >"$1/input"; cat /proc/self/environ >"$1/environment"; pwd >"$1/pwd"`, dir)
	d.Environment = schema.Given(map[string]schema.Secret{"PIN": schema.NewSecret("1234")})
	e := event(7, "failed")
	e.Reason = "no\x00answer\nfrom $(id)"
	_, err := run(t, d, e)
	require.NoError(t, err)

	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(text)
	}
	seen := strings.Split(read("environment"), "\x00")
	assert.Subset(t, seen, []string{
		program.Path, "PIN=1234", "BONDCTL_EVENT=failed", "BONDCTL_ID=ID7", "BONDCTL_SEQUENCE=7", "BONDCTL_FALLBACK=internet",
		"BONDCTL_ROUTE=fiber", "BONDCTL_INTERFACE=bond0", "BONDCTL_FAMILY=ipv4", "BONDCTL_GATEWAY=192.0.2.1", "BONDCTL_PREVIOUS_ROUTE=",
		"BONDCTL_REASON=no answer\nfrom $(id)", "BONDCTL_UP=", "BONDCTL_DOWN=fiber", "BONDCTL_TIME=2026-03-04T05:06:07Z",
		"BONDCTL_TIME_SYNCHRONIZED=true", "BONDCTL_BOOT_ID=boot-1", "BONDCTL_BOOTTIME=7.000", "BONDCTL_COALESCED=0", "BONDCTL_ATTEMPT=1", "BONDCTL_LATE=false",
	})
	assert.NotContains(t, read("environment"), "goats")
	assert.Equal(t, "/\n", read("pwd"))
	var message map[string]any
	require.NoError(t, json.Unmarshal([]byte(read("input")), &message))
	assert.Equal(t, "no\x00answer\nfrom $(id)", message["reason"])
}

func TestWhatAProgramSays(t *testing.T) {
	said, err := run(t, script("echo dialled; echo in 20 s >&2"), event(1, "setup"))
	require.NoError(t, err)
	assert.Equal(t, "dialled\nin 20 s", said)

	_, err = run(t, script("echo no carrier; exit 3"), event(1, "setup"))
	require.EqualError(t, err, "exit status 3: no carrier")
	_, err = run(t, script("exit 1"), event(1, "setup"))
	require.EqualError(t, err, "exit status 1")
	_, err = run(t, &schema.Handler{Kind: schema.Given("exec"), Command: schema.GivenList("/nonexistent")}, event(1, "setup"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A program that does not read its input is none the worse for it.
func TestAnInputThatNobodyReads(t *testing.T) {
	e := event(1, "failed")
	e.Reason = strings.Repeat("x", 1<<20)
	d := &schema.Handler{Kind: schema.Given("exec"), Command: schema.GivenList("/bin/true")}
	_, err := run(t, d, e)
	require.ErrorContains(t, err, "argument list too long") // Tell shortens the reason
	e.Reason = shortened(e.Reason)
	_, err = run(t, d, e)
	require.NoError(t, err)
}

// The values of the document's own variables are not passed on, wherever the output is cut.
func TestOutputHasNoSecrets(t *testing.T) {
	for before := program.OutputLimit - 20; before <= program.OutputLimit+20; before++ {
		d := script(`head -c "$1" /dev/zero | tr '\0' .; echo "$PIN $PIN $PIN"; head -c 100 /dev/zero | tr '\0' .; exit 1`, strconv.Itoa(before))
		d.Environment = schema.Given(map[string]schema.Secret{"PIN": schema.NewSecret("sesame-open")})
		_, err := run(t, d, event(1, "setup"))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "ses", "%d bytes before it", before)
	}
	d := script(`echo "dialling with $PIN"`)
	d.Environment = schema.Given(map[string]schema.Secret{"PIN": schema.NewSecret("sesame-open")})
	said, err := run(t, d, event(1, "setup"))
	require.NoError(t, err)
	assert.Equal(t, "dialling with (sensitive)", said)
}

// A program that takes too long is killed with all that it has started.
func TestAProgramIsKilledWithItsChildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	d := script(`sleep 1000 & echo $! >"$1"; echo dialling; wait`, file)
	d.Timeout = schema.Given(5 * time.Second) // by then a shell has begun on a busy machine, too
	_, err := run(t, d, event(1, "setup"))
	require.EqualError(t, err, "it did not end within 5s, and was killed: dialling")
	programtest.Ends(t, programtest.AwaitPID(t, file))
}

// Scenario 27: a program that hangs when the process ends is killed, and its event is kept.
func TestAHangingProgramIsCalledOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	b := newBench(t)
	h, err := New(script(`echo $$ >"$1"; sleep 1000; true`, file), b.options("internet/fiber/test"))
	require.NoError(t, err)
	b.open(h)
	b.tell("setup")
	pid := programtest.AwaitPID(t, file)
	b.leave()
	programtest.Ends(t, pid)
	r := &receiver{}
	b.open(r.handler())
	b.finish()
	assert.Equal(t, []string{"setup 1"}, r.names())
}

// What a program leaves running, as pppd does that it starts, lives on.
func TestWhatAProgramLeavesRunning(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	_, err := run(t, script(`sleep 1000 & echo $! >"$1"`, file), event(1, "setup"))
	require.NoError(t, err)
	pid := programtest.AwaitPID(t, file)
	require.True(t, programtest.Alive(pid))
	process, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	programtest.Ends(t, pid)
}

func (b *bench) options(name string) Options {
	return Options{Clock: b.clock, Way: b.way, Tell: func(text string) {
		b.reports.take(Report{Outcome: Noted, Handler: name, Text: text})
	}}
}

func TestADeadlineIsNotTheProgramsFault(t *testing.T) {
	h, err := New(script("sleep 1000"), Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(assert.AnError)
	require.ErrorIs(t, h.Deliver(ctx, Delivery{Event: event(1, "setup")}), assert.AnError)
}
