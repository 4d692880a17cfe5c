package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/planfile"
	"github.com/bondctl/bondctl/schema"
)

// newSaved is a host with a plan saved as change.plan.
func newSaved(t *testing.T) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newApply(t)
	write(t, filepath.Join(m.Root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	assert.Contains(t, m.err.String(), "saved as change.plan; to carry it out: bondctl apply change.plan\n")
	return m, k
}

// rewrite saves the plan again after a change to it.
func rewrite(t *testing.T, change func(*planfile.Plan)) {
	t.Helper()
	text, err := os.ReadFile("change.plan")
	require.NoError(t, err)
	p, err := planfile.Decode(text)
	require.NoError(t, err)
	change(p)
	text, err = planfile.Encode(p)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("change.plan", text, 0o600))
}

// The plan is carried out as it was made, whatever becomes of the document.
func TestASavedPlanIsCarriedOut(t *testing.T) {
	m, k := newSaved(t)
	info, err := os.Stat("change.plan")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	require.NoError(t, os.Remove("bondctl.hcl"))

	require.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard"), m.err.String())
	assert.NotContains(t, m.out.String(), "Only \"yes\" is a yes")
	assert.Contains(t, m.out.String(), "Everything reads back as described.")
	assert.Contains(t, k.String(), "bond mode active-backup active_slave eth0 miimon 100 primary eth0")
}

func TestASavedPlanHasTheValuesOfItsDay(t *testing.T) {
	m, k := newSaved(t)
	write(t, "miimon.txt", "250")
	write(t, "bondctl.hcl", strings.Replace(attic, "= 100", `= tonumber(file("miimon.txt")) + env("MORE")`, 1))
	more := "4"
	m.LookupEnv = func(name string) (string, bool) { return more, name == "MORE" }
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	more = "1000"
	write(t, "miimon.txt", "1")
	require.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard"), m.err.String())
	assert.Contains(t, k.String(), "miimon 254 ")
}

// A saved plan is good for one apply, however that ended.
func TestASavedPlanIsUsedOnce(t *testing.T) {
	m, k := newSaved(t)
	before := portrait(t, m, k)
	copied, err := os.ReadFile("change.plan")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("copy.plan", copied, 0o600))
	require.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard"), m.err.String())
	require.Equal(t, codeDone, m.again("history"))
	require.Equal(t, codeDone, m.again("rollback", newest(m), "--no-guard", "--auto-approve"), m.err.String())
	require.Equal(t, before, portrait(t, m, k))
	for _, file := range []string{"change.plan", "copy.plan"} {
		assert.Equal(t, codeError, m.again("apply", file))
		assert.Regexp(t, `^bondctl: `+file+`: the plan was used by root: transaction \w+ is confirmed, and a plan is good for one apply; `+
			`nothing was changed. Make a new plan: bondctl plan --out `+file+`\n$`, m.err.String())
	}
	assert.Equal(t, before, portrait(t, m, k))
}

// Wherever its apply is cut off, a plan whose transaction has begun is used.
func TestASavedPlanIsUsedOnceItsApplyIsCutOff(t *testing.T) {
	used := 0
	for n := 1; ; n += 3 {
		m, k := newSaved(t)
		before := portrait(t, m, k)
		m.Args = []string{"apply", "change.plan", "--no-guard"}
		at := runUntil(m, n)
		if at == "" {
			break
		}
		m.again("rollback")
		require.Equal(t, codeDone, m.again("history"))
		begun := strings.Contains(m.out.String(), "STATE")
		code := m.again("apply", "change.plan", "--no-guard")
		if !begun {
			require.Equal(t, codeDone, code, "%s: %s", at, m.err.String())
			continue
		}
		used++
		require.Equal(t, codeError, code, at)
		require.Contains(t, m.err.String(), "the plan was used by root", at)
		if !strings.Contains(at, "confirmed") {
			require.Equal(t, before, portrait(t, m, k), at)
		}
	}
	assert.Greater(t, used, 5)
}

// A plan that is not for here and now changes nothing, and says what to do.
func TestASavedPlanIsRefused(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(*testing.T, *machine, *kerneltest.Fake)
		want  string
	}{
		{"another host", func(t *testing.T, m *machine, _ *kerneltest.Fake) {
			t.Helper()
			write(t, filepath.Join(m.Root, "etc/machine-id"), "another\n")
		}, "the plan was made on another host"},
		{"another boot", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			rewrite(t, func(p *planfile.Plan) { p.Host.BootID = "another" })
		}, "the host was restarted since the plan was made"},
		{"another bondctl", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			rewrite(t, func(p *planfile.Plan) { p.Version = "v0.0.1" })
		}, "the plan was made by bondctl v0.0.1, and this is "},
		{"another format", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			edit(t, `{"format_version":1,`, `{"format_version":9,`)
		}, "the plan has format version 9, and this bondctl knows 1"},
		{"edited by hand", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			edit(t, `"backend":"ifupdown"`, `"backend":"netplan"`)
		}, "the plan was changed after it was saved"},
		{"a link has moved", func(t *testing.T, _ *machine, k *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, k.SetMTU("eth1", 1400))
		}, "the host changed since the plan was made: eth1;"},
		{"a route has moved", func(t *testing.T, _ *machine, k *kerneltest.Fake) {
			t.Helper()
			state, err := k.Observe()
			require.NoError(t, err)
			for _, r := range state.Routes {
				if r.To == schema.IPv4.Default() {
					require.NoError(t, k.RemoveRoute(r))
				}
			}
		}, "the host changed since the plan was made: eth0;"},
		{"a file has moved", func(t *testing.T, m *machine, _ *kerneltest.Fake) {
			t.Helper()
			write(t, filepath.Join(m.Root, interfaces), "# by hand\n")
		}, "the host changed since the plan was made: /etc/network/interfaces.d/bondctl;"},
		{"another transaction", func(t *testing.T, m *machine, _ *kerneltest.Fake) {
			t.Helper()
			require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard"), m.err.String())
		}, " has begun since the plan was made;"},
		{"others could write it", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, os.Chmod("change.plan", 0o640))
		}, "its mode is 0640, so others may have changed or read it: a plan has mode 0600"},
		{"a symbolic link", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, os.Rename("change.plan", "real.plan"))
			require.NoError(t, os.Symlink("real.plan", "change.plan"))
		}, "/change.plan is a symbolic link, which is neither followed nor replaced"},
		{"none", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			require.NoError(t, os.Remove("change.plan"))
		}, "there is no such file"},
		{"a document", func(t *testing.T, _ *machine, _ *kerneltest.Fake) {
			t.Helper()
			write(t, "change.plan", attic)
		}, "this is no saved plan; a document is named with -c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, k := newSaved(t)
			c.spoil(t, m, k)
			before := portrait(t, m, k)
			assert.Equal(t, codeError, m.again("apply", "change.plan", "--no-guard"))
			assert.Contains(t, m.err.String(), c.want)
			assert.Contains(t, m.err.String(), "nothing was changed. Make a new plan: bondctl plan --out change.plan")
			assert.Equal(t, before, portrait(t, m, k))
		})
	}
}

// edit changes the text of the plan.
func edit(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile("change.plan")
	require.NoError(t, err)
	require.Contains(t, string(text), from)
	require.NoError(t, os.WriteFile("change.plan", []byte(strings.Replace(string(text), from, to, 1)), 0o600))
}

func TestASavedPlanOverwritesNothingElse(t *testing.T) {
	m, _ := newSaved(t)
	write(t, "precious", "do not touch")
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--out", "precious"))
	assert.Contains(t, m.err.String(), "a file is there that is no saved plan, and is not overwritten: choose another name")
	require.NoError(t, os.Symlink("precious", "link"))
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--out", "link"))
	assert.Contains(t, m.err.String(), "/link is a symbolic link")
	text, err := os.ReadFile("precious")
	require.NoError(t, err)
	assert.Equal(t, "do not touch", string(text))
	assert.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())

	require.NoError(t, os.Chmod("change.plan", 0o644))
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"))
	assert.Contains(t, m.err.String(), "its mode is 0644")
}

func TestASavedPlanSettlesTheDocument(t *testing.T) {
	m, k := newSaved(t)
	before := portrait(t, m, k)
	assert.Equal(t, codeError, m.again("apply", "change.plan", "--backend", "netplan"))
	assert.Equal(t, "bondctl: --backend is settled by the saved plan: leave it out, or make another plan\n", m.err.String())
	assert.Equal(t, codeError, m.again("apply", "change.plan", "-c", "bondctl.hcl"))
	assert.Equal(t, codeError, m.again("apply", "change.plan", "--via", "eth0"))
	assert.Contains(t, m.err.String(), "which carries this session: say --confirm-within 60s")
	assert.Equal(t, before, portrait(t, m, k))
	m.Privileged = false
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--out", "other.plan"))
	assert.Contains(t, m.err.String(), "--out needs root")
	assert.NoFileExists(t, "other.plan")
}

// A failover is no change of the ground.
func TestASavedPlanHoldsOverAFailover(t *testing.T) {
	m, k := newApply(t)
	applied(t, m, k)
	write(t, "bondctl.hcl", strings.Replace(attic, "= 100", "= 200", 1))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	require.NoError(t, k.CutCable("eth0"))
	require.Contains(t, k.String(), "active_slave eth1")
	require.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard"), m.err.String())
	assert.Contains(t, k.String(), "miimon 200")
}
