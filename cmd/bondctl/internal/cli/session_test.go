package cli

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// login is a line of /proc/net/tcp: 192.0.2.10 port 22, and 192.0.2.7 port 50022.
const login = "0: 0A0200C0:0016 070200C0:C366 01 00000000:00000000 00:00000000 00000000 0 0 1001 1\n"

// anotherLogin has an SSH connection that nothing ties to this process, and an
// environment that says what it is told.
func anotherLogin(m *machine, variable string) {
	m.Proc = fstest.MapFS{"net/tcp": {Data: []byte(login)}}
	m.LookupEnv = func(name string) (string, bool) {
		if name == "SSH_CONNECTION" && variable != "" {
			return variable, true
		}
		return bySudo(name)
	}
}

func TestPlanSaysThatNoSessionWasFound(t *testing.T) {
	m, k := newHost(t, "plan", "--backend", "ifupdown")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Regexp(t, `^This session comes from the console, as no SSH connection is to be seen: if it\ncomes another way, name that by --via\.\n`, m.out.String())

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "console"), m.err.String())
	assert.Regexp(t, `^This session comes from the console, by --via\.\n`, m.out.String())

	applied(t, m, k)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"))
	assert.Regexp(t, `^Nothing to do`, m.out.String())
}

// A tmux of the boot that somebody has come to by SSH has neither an sshd above it
// nor a variable: any login may be the one.
func TestApplyTakesAnyLoginForItsOwn(t *testing.T) {
	for name, variable := range map[string]string{"no variable": "", "one of yesterday": "192.0.2.7 40000 192.0.2.10 22"} {
		t.Run(name, func(t *testing.T) {
			m, k := newApply(t)
			anotherLogin(m, variable)
			before := portrait(t, m, k)
			assert.Equal(t, codeError, Run(m.Env))
			assert.Contains(t, strings.ReplaceAll(m.out.String(), "\n", " "), "192.0.2.7:50022 to 192.0.2.10:22")
			assert.Contains(t, m.out.String(), "The plan touches eth0")
			assert.Contains(t, m.err.String(), "the plan touches eth0, which may carry this session: say --confirm-within 60s")
			assert.Equal(t, before, portrait(t, m, k))

			m.Self = guardProcess(m.Root)
			assert.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--via", "console"), m.err.String())
		})
	}
}

// Where the one session that is known of is over, every link may be the way.
func TestApplyInsistsOnAWindowWhereTheWayIsLost(t *testing.T) {
	m, k := newApply(t)
	anotherLogin(m, "2001:db8::7 40000 2001:db8::10 22")
	m.Proc = noConnections()
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.out.String(), "out of date")
	assert.NotContains(t, m.out.String(), "does not touch its path")
	assert.Contains(t, m.err.String(), "the plan changes links, and which of them carry this session is not known: say --confirm-within 60s")
	assert.Equal(t, before, portrait(t, m, k))
}

func TestApplyInsistsOnAWindowBelowATunnel(t *testing.T) {
	m, k := newApply(t, "--via", "10.8.0.1")
	require.NoError(t, k.AddLink("tun0", "tun"))
	require.NoError(t, k.Up("tun0"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "tun0", Prefix: netip.MustParsePrefix("10.8.0.2/24")}))
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.out.String(), "This session comes from 10.8.0.1, by --via. What carries tun0 the kernel does\nnot tell: the links of all default routes count as its path. The plan touches\neth0 below it: apply asks for --confirm-within.\n")
	assert.Contains(t, m.err.String(), "the plan touches eth0, which carries this session")
}

func TestTheSessionAsJSON(t *testing.T) {
	m, _ := newHost(t, "plan", "--backend", "ifupdown", "--json")
	anotherLogin(m, "")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	var shown struct {
		Session map[string]any `json:"session"`
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	assert.Equal(t, map[string]any{
		"text":    "192.0.2.7:50022 to 192.0.2.10:22, by its port, 22: name the right one by --via, or say --via console",
		"certain": false, "notes": []any{}, "path": []any{"eth0"}, "path_known": true, "touched": []any{"eth0"}, "diverted": []any{"bond0"},
	}, shown.Session)
}
