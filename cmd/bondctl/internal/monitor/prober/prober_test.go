package prober

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

// now is what the boot clock of the tests shows.
const now = monitor.Moment(7 * time.Second)

// prober asks for names where nobody answers.
func prober() *Prober {
	servers := map[string][]netip.Addr{"lo": {netip.MustParseAddr("127.0.0.1")}, "eth7": {netip.MustParseAddr("192.0.2.53")}}
	return New(Config{
		Now:       func() monitor.Moment { return now },
		Resolvers: func(link string) []netip.Addr { return servers[link] },
	})
}

func check(kind string, targets ...string) *monitor.Check {
	return &monitor.Check{Name: kind, Verifier: &schema.Verifier{
		Kind: schema.Given(kind), Targets: schema.GivenList(targets...), Timeout: schema.Given(time.Minute),
	}}
}

// brief has answers of a check come within 200 ms.
func brief(c *monitor.Check) *monitor.Check {
	c.Verifier.Timeout = schema.Given(200 * time.Millisecond)
	return c
}

func tcp(port int, targets ...string) *monitor.Check {
	c := check("tcp", targets...)
	c.Verifier.Port = schema.Given(port)
	return c
}

func running(command ...string) *monitor.Check {
	c := check("exec")
	c.Verifier.Command = schema.GivenList(command...)
	return c
}

// ask asks in IPv4, and waits for the answers.
func ask(t *testing.T, c *monitor.Check, link string, gateways ...netip.Addr) []monitor.Answer {
	t.Helper()
	told := make(chan []monitor.Answer)
	prober().Ask(t.Context(), Question{Check: c, Family: schema.IPv4, Link: link, Gateways: gateways, Done: func(asked monitor.Moment, answers []monitor.Answer) {
		assert.Equal(t, now, asked)
		told <- answers
	}})
	return <-told
}

func TestOutcomes(t *testing.T) {
	blackhole(t)
	cases := []struct {
		name    string
		check   *monitor.Check
		link    string
		outcome monitor.Outcome
		said    string
	}{
		{"answered", check("icmp", "127.0.0.1"), "lo", monitor.Hit, ""},
		{"program succeeded", running("/bin/true"), "lo", monitor.Hit, ""},
		{"silence", brief(check("icmp", "10.0.0.1")), "eth0", monitor.Miss, "no answer within 200ms"},
		{"silence of a port", brief(tcp(80, "10.0.0.1")), "eth0", monitor.Miss, "no answer within 200ms"},
		{"refused", tcp(9, "127.0.0.1"), "lo", monitor.Miss, "connection refused"},
		{"no route", check("icmp", "203.0.113.1"), "", monitor.Miss, "network is unreachable"},
		{"other family", check("icmp", "::1"), "lo", monitor.Miss, "no ipv4 address"},
		{"no name", tcp(80, "nowhere.example"), "lo", monitor.Miss, "lookup nowhere.example on 127.0.0.1:53: "},
		{"program failed", running("/bin/false"), "lo", monitor.Miss, "exit status 1"},
		{"no link", check("icmp", "127.0.0.1"), "eth7", monitor.Unclear, "binding to eth7: no such device"},
		{"no link for a name", tcp(80, "nowhere.example"), "eth7", monitor.Unclear, "binding to eth7: no such device"},
		{"no gateway", check("icmp", "gateway"), "lo", monitor.Unclear, "no default route leads to one"},
		{"no program", running("/nonexistent"), "lo", monitor.Unclear, "no such file or directory"},
		{"no such kind", check("carrier pigeon", "127.0.0.1"), "lo", monitor.Unclear, "no verifier of the kind"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answers := ask(t, c.check, c.link)
			require.Len(t, answers, 1)
			a := answers[0]
			assert.Equal(t, c.outcome, a.Outcome, a.Said)
			assert.Equal(t, now, a.At)
			assert.Equal(t, a.Outcome == monitor.Hit, a.Took > 0)
			assert.Contains(t, a.Said, c.said)
			assert.Equal(t, a.Outcome == monitor.Hit, a.Said == "")
		})
	}
}

// Answers are in the order of the targets, whichever comes first, and each next hop
// is a target.
func TestTheOrderOfAnswers(t *testing.T) {
	blackhole(t)
	hops := []netip.Addr{netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.3")}
	told := make(chan []monitor.Answer)
	c := brief(check("icmp", "10.0.0.1", "gateway", "127.0.0.1"))
	prober().Ask(t.Context(), Question{Check: c, Family: schema.IPv4, Gateways: hops, Done: func(_ monitor.Moment, answers []monitor.Answer) { told <- answers }})
	hops[0], hops[1] = hops[1], hops[0] // the caller's own
	var targets []string
	for _, a := range <-told {
		targets = append(targets, a.Target)
	}
	assert.Equal(t, []string{"10.0.0.1", "gateway 127.0.0.2", "gateway 127.0.0.3", "127.0.0.1"}, targets)
}

func TestAProgramLearnsWhatIsAsked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "environment")
	c := running("/bin/sh", "-c", `echo "$BONDCTL_FAMILY $BONDCTL_INTERFACE $BONDCTL_GATEWAY" >"$1"`, "sh", file)
	answers := ask(t, c, "eth0", netip.MustParseAddr("192.0.2.1"))
	require.Len(t, answers, 1)
	assert.Equal(t, "/bin/sh", answers[0].Target)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "ipv4 eth0 192.0.2.1\n", string(text))
}

func TestPasswordsAreNotTold(t *testing.T) {
	for _, link := range []string{"lo", "eth7"} {
		answers := ask(t, check("http", "http://user:hunter2@127.0.0.1:9/", "http://user:hunter2@nowhere.example/"), link)
		require.Len(t, answers, 2)
		assert.NotContains(t, fmt.Sprint(answers), "hunter2")
	}
}

// However many checks are under way, the answers of each come once.
func TestAnswersComeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int32
		count := func(monitor.Moment, []monitor.Answer) { told.Add(1) }
		for range 10 {
			prober().Ask(t.Context(), Question{Check: check("icmp", "gateway"), Family: schema.IPv4, Link: "lo", Done: count})
		}
		synctest.Wait()
		assert.EqualValues(t, 10, told.Load())
	})
}

// What is interrupted is unclear, whether it has begun or not.
func TestInterrupted(t *testing.T) {
	blackhole(t)
	for _, c := range []*monitor.Check{check("icmp", "10.0.0.1"), tcp(80, "10.0.0.1"), check("http", "http://10.0.0.1/")} {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				begun := make(chan struct{})
				p := prober()
				p.config.Now = func() monitor.Moment { close(begun); return now }
				var told [][]monitor.Answer
				p.Ask(ctx, Question{Check: c, Family: schema.IPv4, Link: "eth0", Done: func(_ monitor.Moment, answers []monitor.Answer) {
					told = append(told, answers)
				}})
				<-begun
				cancel(errors.New("the monitor stops"))
				synctest.Wait()
				require.Len(t, told, 1)
				require.Len(t, told[0], 1)
				assert.Equal(t, monitor.Unclear, told[0][0].Outcome)
				assert.Equal(t, "the monitor stops", told[0][0].Said)
				assert.Equal(t, now, told[0][0].At)
			})
		})
	}
}

// BenchmarkFiftyTargets asks fifty targets at once.
func BenchmarkFiftyTargets(b *testing.B) {
	for _, kind := range []string{"icmp", "tcp"} {
		b.Run(kind, func(b *testing.B) {
			c := fifty(b, kind)
			p := prober()
			hits := make(chan int)
			b.ReportAllocs()
			for b.Loop() {
				p.Ask(b.Context(), Question{Check: c, Family: schema.IPv4, Link: "lo", Done: func(_ monitor.Moment, answers []monitor.Answer) {
					hits <- countHits(answers)
				}})
				require.Equal(b, 50, <-hits)
			}
		})
	}
}

// fifty is a check of fifty targets that answer.
func fifty(b *testing.B, kind string) *monitor.Check {
	b.Helper()
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			_ = conn.Close()
		}
	}()
	targets := make([]string, 50)
	for i := range targets {
		targets[i] = fmt.Sprintf("127.0.0.%d", i+1)
	}
	c := check(kind, targets...)
	c.Verifier.Port = schema.Given(listener.Addr().(*net.TCPAddr).Port)
	return c
}

func countHits(answers []monitor.Answer) int {
	hits := 0
	for _, a := range answers {
		if a.Outcome == monitor.Hit {
			hits++
		}
	}
	return hits
}
