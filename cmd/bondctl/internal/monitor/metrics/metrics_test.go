package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/schema"
)

// standing is a monitor that tells one snapshot, or nothing.
type standing struct{ told *control.Snapshot }

func (s standing) Snapshot(context.Context) (*control.Snapshot, error) {
	if s.told == nil {
		return nil, errors.New("it hangs")
	}
	return s.told, nil
}

// told is the snapshot that control is tested with.
func told(t *testing.T) *control.Snapshot {
	t.Helper()
	text, err := os.ReadFile("../control/testdata/snapshot.json")
	require.NoError(t, err)
	s := new(control.Snapshot)
	require.NoError(t, json.Unmarshal(text, s))
	return s
}

var settings = monitor.Settings{Fallback: "internet", Family: schema.IPv4}

const fiberCheck = "icmp 192.0.2.1, 192.0.2.2"

func checked(route, check string, answers ...monitor.Answer) monitor.Input {
	return monitor.Input{Kind: monitor.Checked, Route: route, Check: check, Answers: answers}
}

// busy are metrics of which each has something in it.
func busy(t *testing.T) *Metrics {
	t.Helper()
	m := New("v1.0.0")
	m.Of(standing{told(t)})
	m.Checked(&settings, checked("fiber", fiberCheck,
		monitor.Answer{Target: "192.0.2.1", Outcome: monitor.Hit, Took: 20 * time.Millisecond},
		monitor.Answer{Target: "192.0.2.2", Outcome: monitor.Miss}))
	m.Checked(&settings, monitor.Input{Kind: monitor.CameLate, Route: "fiber", Check: fiberCheck, Answers: []monitor.Answer{
		{Target: "192.0.2.2", Outcome: monitor.Miss, Late: 2 * time.Second},
	}})
	m.Switched(&settings, monitor.Decision{Cause: monitor.Failover}, 3*time.Second)
	return m
}

// TestMetrics holds what is served against its golden file. UPDATE=1 writes it.
func TestMetrics(t *testing.T) {
	const golden = "testdata/metrics.txt"
	m := busy(t)
	m.look(t.Context())
	problems, err := testutil.GatherAndLint(m.registry)
	require.NoError(t, err)
	assert.Empty(t, problems)

	got := ofOurs(served(t, m))
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run with UPDATE=1 to make the golden file, and read it")
	assert.Equal(t, string(want), got)
}

// ofOurs leaves out the lines that tell of the process, which are others each time.
func ofOurs(text string) string {
	var ours strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, prefix) {
			ours.WriteString(line)
		}
	}
	return ours.String()
}

func TestTheProcessIsMeasuredToo(t *testing.T) {
	text := served(t, New("v1.0.0"))
	for _, name := range []string{"go_goroutines", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"} {
		assert.Contains(t, text, "\n"+name+" ")
	}
}

// served asks over a socket what metrics there are.
func served(t *testing.T, m *Metrics) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "metrics.sock")
	listener, err := Listen("unix:" + path)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- m.Serve(ctx, listener) }()
	client := http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	response, err := client.Get("http://monitor/metrics")
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	stop()
	require.NoError(t, <-ended)
	return string(text)
}

func TestAMonitorThatHangsIsTold(t *testing.T) {
	for name, m := range map[string]*Metrics{"hangs": New("v1.0.0"), "is not there yet": New("v1.0.0")} {
		t.Run(name, func(t *testing.T) {
			if name == "hangs" {
				m.Of(standing{})
			}
			m.Switched(&settings, monitor.Decision{Cause: monitor.Failover}, time.Second)
			text := served(t, m)
			assert.Contains(t, text, "\nbondctl_monitor_responding 0\n")
			assert.Contains(t, text, "bondctl_monitor_switches_total{")
			assert.NotContains(t, text, "route_status")
		})
	}
}

// What a reload has taken out of the document has no series any more.
func TestSeriesAreBoundedByTheDocument(t *testing.T) {
	m := busy(t)
	for i := range 100 {
		m.Switched(&monitor.Settings{Fallback: fmt.Sprintf("gone%d", i)}, monitor.Decision{Cause: monitor.Failover}, time.Second)
		m.Checked(&settings, checked(fmt.Sprintf("gone%d", i), "icmp 192.0.2.9", monitor.Answer{Outcome: monitor.Hit}))
	}
	text := served(t, m)
	assert.NotContains(t, text, "gone")
	assert.Contains(t, text, `bondctl_monitor_answers_total{check="`+fiberCheck+`",fallback="internet",family="ipv4",outcome="miss",route="fiber"} 1`)
	assert.Len(t, m.counted, 2)
}

func TestAddressesToServeAt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	taken := filepath.Join(t.TempDir(), "taken")
	other, err := net.Listen("unix", taken)
	require.NoError(t, err)
	defer func() { _ = other.Close() }()
	cases := map[string]string{
		":9873":          "would serve metrics to everybody: write 127.0.0.1:9873 for this host alone",
		"9873":           "give HOST:PORT, as 127.0.0.1:9873, or unix:PATH",
		"127.0.0.1:none": "opening the address for metrics",
		"unix:" + file:   "is there and no socket",
		"unix:" + taken:  "another program listens at",
		"unix:/no/where": "opening the socket for metrics",
	}
	for address, said := range cases {
		_, err := Listen(address)
		require.ErrorContains(t, err, said, address)
	}
	listener, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
}

func TestASocketThatWasLeftIsTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.sock")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	left.SetUnlinkOnClose(false)
	require.NoError(t, left.Close())
	listener, err := Listen("unix:" + path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o660), info.Mode().Perm())
	require.NoError(t, listener.Close())
}
