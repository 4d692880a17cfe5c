package control

import (
	"encoding/json"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

const uplinks = `
ethernet "eth0" {
  ipv4 { dhcp = true }
}
ethernet "eth1" {
  ipv4 { dhcp = true }
}
ppp "ppp0" {}
fallback "internet" {
  min_good = "1m"
  route "fiber" {
    interface = "eth0"
    gateway   = "auto"
    verify "icmp" {
      targets  = ["192.0.2.1", "192.0.2.2"]
      interval = "10s"
    }
  }
  route "cable" {
    interface = "eth1"
    gateway   = "auto"
    verify "icmp" {
      targets  = ["192.0.2.1"]
      max_loss = 20
      window   = "1m"
    }
  }
  route "gsm" {
    interface = "ppp0"
    gateway   = "none"
  }
}
`

// standingAt is the fallback above whose fiber has failed and come back, as a second of
// the boot has it.
func standingAt(t *testing.T) monitor.Standing {
	t.Helper()
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: "bond.hcl", Bytes: []byte(uplinks)}}, schema.Inputs{})
	require.False(t, diags.HasErrors(), "%v", diags)
	s := monitor.Standing{Settings: monitor.Read(doc, verify.Name)[0]}
	step := func(at time.Duration, in monitor.Input) {
		in.At = monitor.Moment(at)
		s.State, _ = s.Settings.Step(s.State, in)
	}
	checked := func(at time.Duration, route, check string, answers ...monitor.Answer) {
		step(at, monitor.Input{Kind: monitor.Checked, Route: route, Check: check, Asked: monitor.Moment(at - 20*time.Millisecond), Answers: answers})
	}
	hit := func(target string) monitor.Answer {
		return monitor.Answer{Target: target, Outcome: monitor.Hit, Took: 20 * time.Millisecond}
	}
	miss := func(target string) monitor.Answer {
		return monitor.Answer{Target: target, Outcome: monitor.Miss, Said: "no answer within 1s"}
	}
	const fiber, cable = "icmp 192.0.2.1, 192.0.2.2", "icmp 192.0.2.1"
	step(100*time.Second, monitor.Input{Kind: monitor.Started, Boot: "8e3f"})
	for i, route := range []string{"fiber", "cable"} {
		step(100*time.Second, monitor.Input{Kind: monitor.PathChanged, Route: route, Path: monitor.Path{
			Index: i + 2, Carrier: true, Addressed: true, Gateway: netip.AddrFrom4([4]byte{10, 0, byte(i), 1}),
		}})
	}
	step(100*time.Second, monitor.Input{Kind: monitor.PathChanged, Route: "gsm"})
	checked(101*time.Second, "fiber", fiber, hit("192.0.2.1"), miss("192.0.2.2"))
	checked(101*time.Second, "cable", cable, hit("192.0.2.1"))
	for at := 111 * time.Second; at < 114*time.Second; at += time.Second {
		checked(at, "cable", cable, hit("192.0.2.1"))
		checked(at, "fiber", fiber, miss("192.0.2.1"), miss("192.0.2.2"))
	}
	checked(114*time.Second, "cable", cable, hit("192.0.2.1"))
	for at := 115 * time.Second; at < 121*time.Second; at += time.Second {
		checked(at, "fiber", fiber, hit("192.0.2.1"), hit("192.0.2.2"))
	}
	return s
}

func at(boot time.Duration) checkpoint.Instant {
	return checkpoint.Instant{Boot: boot, BootID: "8e3f", Wall: time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC).Add(boot)}
}

// TestSnapshot holds a snapshot against its golden file, which the views are tested
// with too. UPDATE=1 writes it.
func TestSnapshot(t *testing.T) {
	const golden = "testdata/snapshot.json"
	about := About{PID: 812, Version: "v1.0.0", Since: at(100 * time.Second).Wall, Loaded: at(100 * time.Second).Wall, Document: "/etc/bondctl"}
	queue := Queue{Unsaved: 1, Handlers: []Handler{
		{Name: "internet/fiber/log", Handler: "log", Ends: []End{{"delivered", 4}, {"late", 1}}},
		{Name: "internet/cable/webhook", Handler: "webhook https://hooks.example.net", Waiting: 2, Oldest: at(114 * time.Second).Wall, Attempts: 3, Ends: []End{{"retried", 3}, {"failed", 1}, {"dropped", 1}}},
	}}
	degraded := []string{"the state is not saved: no space left on device"}
	snapshot := NewSnapshot(about, []monitor.Standing{standingAt(t)}, degraded, queue, at(125*time.Second))
	got, err := json.MarshalIndent(snapshot, "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))

	var back Snapshot
	require.NoError(t, json.Unmarshal(got, &back))
	assert.Equal(t, *snapshot, back, "it arrives as it was sent")
}

func TestASnapshotOfNothing(t *testing.T) {
	got, err := json.Marshal(NewSnapshot(About{}, nil, nil, Queue{Handlers: []Handler{}}, at(time.Second)))
	require.NoError(t, err)
	assert.Contains(t, string(got), `"degraded":[],"fallbacks":[],"handlers":[]`)
}
