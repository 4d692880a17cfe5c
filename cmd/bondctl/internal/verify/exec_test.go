package verify

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/program/programtest"
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

func TestAProgramHasLittleEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "environment")
	t.Setenv("WIFI_PSK", "goats are interesting")
	hops := func() ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")}, nil
	}
	passes(t, shell(`cat /proc/self/environ >"$1"; pwd >>"$1"`, file), Options{Link: "eth0", Mark: 7, Family: schema.IPv6, Gateways: hops})
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	seen := strings.Split(string(text), "\x00")
	assert.Subset(t, seen, []string{program.Path, "BONDCTL_LINK=eth0", "BONDCTL_INTERFACE=eth0", "BONDCTL_FAMILY=ipv6", "BONDCTL_GATEWAY=192.0.2.1 fe80::1%eth0", "BONDCTL_MARK=7", "/\n"})
	assert.NotContains(t, string(text), "goats")
	passes(t, shell(`test -z "$BONDCTL_FAMILY$BONDCTL_INTERFACE"`), Options{})
}

// What a program says of an address that it was given may have its password in it.
func TestAProgramTellsNoPasswords(t *testing.T) {
	fails(t, shell("echo cannot fetch https://user:hunter2@example.org/?token=hunter3 now; exit 1"), Options{},
		"exit status 1: cannot fetch https://user:xxxxx@example.org/ now")
}

// A program that takes too long is killed with all that it has started.
func TestAProgramIsKilledWithItsChildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	made, err := New(shell(`sleep 1000 & echo $! >"$1"; wait`, file), Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	results := make(chan Result)
	go func() { results <- made.Check(ctx) }()
	child := programtest.AwaitPID(t, file)
	cancel(assert.AnError)
	assert.Equal(t, "/bin/sh: "+assert.AnError.Error(), (<-results).String())
	programtest.Ends(t, child)

	v := running("/bin/sleep", "1000")
	v.Timeout = schema.Given(50 * time.Millisecond)
	fails(t, v, Options{}, "/bin/sleep: no answer within 50ms")
}
