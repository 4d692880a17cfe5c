package handler

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/coreos/go-systemd/v22/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// The words are those of seed 002 where it has some.
func TestLog(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.LevelKey || a.Key == slog.MessageKey || a.Key == "event" {
				return a
			}
			return slog.Attr{}
		},
	}))
	h, err := New(&schema.Handler{Kind: schema.Given("log")}, Options{Log: logger})
	require.NoError(t, err)
	for i, name := range schema.Events {
		e := event(uint64(i), name)
		e.Up = []string{"gsm", "wifi"}
		require.NoError(t, h.Deliver(t.Context(), Delivery{Event: e}))
	}
	assert.Equal(t, `level=INFO msg="Setting up connection to fiber (ipv4)" event=setup
level=INFO msg="Tearing down connection to fiber (ipv4)" event=teardown
level=WARN msg="Connection failed on fiber (ipv4)" event=failed
level=INFO msg="Connection restored to fiber (ipv4)" event=restored
level=INFO msg="Failing over to fiber (ipv4)" event=connected
level=DEBUG msg="upRoutes=gsm, wifi; downRoutes=fiber" event=checked
level=WARN msg="Connection to fiber (ipv4) is suspect" event=suspect
level=ERROR msg="All routes of internet are down" event=all_down
level=INFO msg="Gateway of fiber (ipv4) is now 192.0.2.1" event=gateway_changed
level=WARN msg="Connection to fiber (ipv4) is flapping" event=flapping
`, out.String())
}

// A record's attributes are fields of the journal, whatever they are called.
func TestJournalFields(t *testing.T) {
	var got map[string]string
	var priorities []journal.Priority
	logger := slog.New(&journalHandler{send: func(_ string, p journal.Priority, fields map[string]string) error {
		got = fields
		priorities = append(priorities, p)
		return nil
	}})
	logger.With("a", 1).WithGroup("probe").With("b.c", "x").Info("hello", "d", slog.GroupValue(slog.String("ä1", "y")), slog.Group("", slog.Bool("e", true)))
	assert.Equal(t, map[string]string{
		"SYSLOG_IDENTIFIER": "bondctl", "BONDCTL_A": "1", "BONDCTL_PROBE_B_C": "x", "BONDCTL_PROBE_D__1": "y", "BONDCTL_PROBE_E": "true",
	}, got)
	logger.Debug("")
	logger.Warn("")
	logger.Error("")
	assert.Equal(t, []journal.Priority{journal.PriInfo, journal.PriDebug, journal.PriWarning, journal.PriErr}, priorities)
}

// journalRole is set in a process that logs to the journal of a mount namespace of its own.
const journalRole = "BONDCTL_TEST_JOURNAL"

// What a service logs reaches journald's socket with its fields, and plain lines where errors do not go to the journal.
func TestTheJournalItself(t *testing.T) {
	if os.Getenv(journalRole) != "" {
		logAsAService(t)
		return
	}
	if os.Geteuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a journal of its own: run the tests as root")
		t.Skip("needs a journal of its own: run the tests as root")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestTheJournalItself$")
	cmd.Env = append(os.Environ(), journalRole+"=1")
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	info, err := stderr.Stat()
	require.NoError(t, err)
	stat, ok := info.Sys().(*syscall.Stat_t)
	require.True(t, ok)
	cmd.Env = append(cmd.Env, "JOURNAL_STREAM="+strings.Join([]string{uintText(stat.Dev), uintText(stat.Ino)}, ":"))
	cmd.Stderr = stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS, Unshareflags: unix.CLONE_NEWNS}
	output, err := cmd.Output()
	require.NoError(t, err, string(output))
}

func uintText(number uint64) string {
	return slog.Uint64Value(number).String()
}

func logAsAService(t *testing.T) {
	t.Helper()
	require.NoError(t, unix.Mount("bondctl-test", "/run", "tmpfs", 0, ""))
	require.NoError(t, os.MkdirAll("/run/systemd/journal", 0o700))
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "/run/systemd/journal/socket", Net: "unixgram"})
	require.NoError(t, err)
	h, err := New(&schema.Handler{Kind: schema.Given("log")}, Options{Log: NewLogger(os.Stderr)})
	require.NoError(t, err)
	require.NoError(t, h.Deliver(t.Context(), Delivery{Event: event(7, "failed"), Attempt: 1}))
	buffer := make([]byte, 1<<16)
	n, err := socket.Read(buffer)
	require.NoError(t, err)
	lines := strings.Split(string(buffer[:n]), "\n")
	assert.Subset(t, lines, []string{
		"MESSAGE=Connection failed on fiber (ipv4)", "PRIORITY=4", "SYSLOG_IDENTIFIER=bondctl",
		"BONDCTL_EVENT=failed", "BONDCTL_ROUTE=fiber", "BONDCTL_GATEWAY=192.0.2.1", "BONDCTL_SEQUENCE=7",
	})
	var out bytes.Buffer
	require.NoError(t, os.Unsetenv("JOURNAL_STREAM"))
	NewLogger(&out).Info("hello", "event", "failed")
	assert.Contains(t, out.String(), "msg=hello event=failed")
}
