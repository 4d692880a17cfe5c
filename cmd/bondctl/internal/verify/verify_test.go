package verify

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// described is a verify block; an answer may take as long as on a busy machine.
func described(kind string, targets ...string) *schema.Verifier {
	return &schema.Verifier{Kind: schema.Given(kind), Targets: schema.GivenList(targets...), Timeout: schema.Given(time.Minute)}
}

// brief is for what nobody answers: it waits for half a second.
func brief(v *schema.Verifier) *schema.Verifier {
	v.Timeout = schema.Given(500 * time.Millisecond)
	return v
}

func tcp(port int, targets ...string) *schema.Verifier {
	v := described("tcp", targets...)
	v.Port = schema.Given(port)
	return v
}

// check asks once.
func check(t *testing.T, v *schema.Verifier, o Options) Result {
	t.Helper()
	made, err := New(v, o)
	require.NoError(t, err)
	return made.Check(t.Context())
}

// passes insists that every target answers.
func passes(t *testing.T, v *schema.Verifier, o Options) {
	t.Helper()
	result := check(t, v, o)
	assert.True(t, result.Passed, result.String())
	for _, answer := range result.Answers {
		require.NoError(t, answer.Err, answer.Target)
		assert.Positive(t, answer.Took)
	}
}

// fails insists on what is said instead of an answer.
func fails(t *testing.T, v *schema.Verifier, o Options, said string) {
	t.Helper()
	result := check(t, v, o)
	assert.False(t, result.Passed, result.String())
	assert.Contains(t, result.String(), said)
}

func TestRequire(t *testing.T) {
	open := listen(t, "127.0.0.1")
	cases := []struct {
		require string
		targets []string
		passed  bool
	}{
		{"", []string{"127.0.0.1", "127.0.0.2"}, true},
		{"", []string{"127.0.0.2"}, false},
		{"any", []string{"127.0.0.2", "127.0.0.1"}, true},
		{"all", []string{"127.0.0.1", "127.0.0.2"}, false},
		{"all", []string{"127.0.0.1", "127.0.0.1"}, true},
		{"2", []string{"127.0.0.1", "127.0.0.2"}, false},
		{"2", []string{"127.0.0.1", "127.0.0.2", "localhost"}, true},
	}
	for _, c := range cases {
		t.Run(c.require, func(t *testing.T) {
			v := tcp(open, c.targets...)
			if c.require != "" {
				v.Require = schema.Given(c.require)
			}
			result := check(t, v, Options{})
			assert.Equal(t, c.passed, result.Passed, result.String())
			assert.Len(t, result.Answers, len(c.targets))
		})
	}
}

// The word gateway stands for as many targets as there are next hops.
func TestGateway(t *testing.T) {
	open := listen(t, "127.0.0.1")
	here, other := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	hops := func(list ...netip.Addr) Options {
		return Options{Gateways: func() ([]netip.Addr, error) { return list, nil }}
	}
	result := check(t, tcp(open, "gateway", "127.0.0.3"), hops(here, other))
	assert.True(t, result.Passed)
	require.Len(t, result.Answers, 3)
	assert.Regexp(t, `^gateway 127\.0\.0\.1: answered within .*; gateway 127\.0\.0\.2: .*connection refused; 127\.0\.0\.3: .*connection refused$`, result.String())

	fails(t, tcp(open, "gateway"), hops(), "gateway: no default route leads to one")
	fails(t, tcp(open, "gateway"), Options{}, "gateway: no default route leads to one")
	failing := Options{Gateways: func() ([]netip.Addr, error) { return nil, assert.AnError }}
	fails(t, tcp(open, "gateway"), failing, "gateway: "+assert.AnError.Error())
	assert.True(t, check(t, tcp(open, "gateway", "127.0.0.1"), hops()).Passed, "the others still count")
}

func TestWhatCameOfSeveralAddressesIsOneLine(t *testing.T) {
	a := Answer{Target: "example.org", Err: errors.Join(errors.New("no route to host"), errors.New("network is unreachable"))}
	assert.Equal(t, "example.org: no route to host; network is unreachable", a.String())
}

func TestAVerifierIsNamedByWhatItAsks(t *testing.T) {
	query := described("dns", "192.0.2.53")
	query.Query = schema.Given("example.org")
	run := &schema.Verifier{Kind: schema.Given("exec"), Command: schema.GivenList("/usr/bin/test", "-e", "/run/path")}
	cases := map[string]*schema.Verifier{
		"icmp gateway, 192.0.2.1":          described("icmp", "gateway", "192.0.2.1"),
		"tcp port 22 of 192.0.2.1":         tcp(22, "192.0.2.1"),
		"http https://u:xxxxx@example.org": described("http", "https://u:secret@example.org"),
		"dns example.org at 192.0.2.53":    query,
		"exec /usr/bin/test -e /run/path":  run,
	}
	for want, v := range cases {
		made, err := New(v, Options{})
		require.NoError(t, err)
		assert.Equal(t, want, made.String())
	}
	_, err := New(described("arp", "192.0.2.1"), Options{})
	require.EqualError(t, err, `this version has no verifier of the kind "arp"`)
}
