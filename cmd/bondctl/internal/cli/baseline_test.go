package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// light is a file that stands for a path: a verifier passes while it is there.
type light struct{ file string }

// dark is a light that is off.
func dark(t *testing.T) light {
	t.Helper()
	return light{filepath.Join(t.TempDir(), "light")}
}

// lit is a light that is on.
func lit(t *testing.T) light {
	t.Helper()
	l := dark(t)
	write(t, l.file, "")
	return l
}

func (l light) off(t *testing.T) {
	t.Helper()
	require.NoError(t, os.RemoveAll(l.file))
}

// block is a verify block that passes while the light is on.
func (l light) block(more string) string {
	return fmt.Sprintf("  verify \"exec\" {\n    command = [\"/usr/bin/test\", \"-e\", %q]\n    %s\n  }\n", l.file, more)
}

// script is a verify block of a shell's line, which has two arguments.
func script(line, first, second, more string) string {
	return fmt.Sprintf("  verify \"exec\" {\n    command = [\"/bin/sh\", \"-c\", %q, %q, %q]\n    %s\n  }\n", line, first, second, more)
}

// impatient has a verifier given up after the first try, however long that takes.
const impatient = "fall = 1\n    timeout = \"50s\""

// guarded is a host whose document has verifiers.
func guarded(t *testing.T, blocks []string, args ...string) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newApply(t, args...)
	write(t, "bondctl.hcl", attic+"guard {\n"+strings.Join(blocks, "")+"}\n")
	return m, k
}

// onChange does something at the n-th change of the kernel.
func onChange(k *kerneltest.Fake, n int, do func()) {
	count := 0
	k.Before(func(string) error {
		if count++; count == n {
			do()
		}
		return nil
	})
}

func TestWhatHeldBeforeMustHoldAfter(t *testing.T) {
	dead, alive := dark(t), lit(t)
	m, _ := guarded(t, []string{dead.block(impatient), alive.block(impatient)}, "--no-guard")
	apply := m.Args
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), "\"guard_verifiers\": [\n    \"exec /usr/bin/test -e "+dead.file+"\",\n")
	require.Equal(t, codeDone, m.again(apply...), m.err.String())
	asked := "exec /usr/bin/test -e "
	assert.Contains(t, m.out.String(), "Asked before the change and after it; what holds before must hold after, or all is rolled back:\n    exec /usr/bin/test -e\n    "+dead.file+"\n")
	assert.Contains(t, m.out.String(), "Asking what must hold after the change:\n  holds: "+asked+alive.file+" (")
	assert.Contains(t, m.err.String(), "not required, for it fails already: "+asked+dead.file+" (")
	assert.Contains(t, m.err.String(), "bondctl.hcl:13): /usr/bin/test: exit status 1\n")
	assert.Contains(t, m.out.String(), "Everything reads back as described.\nAsking again: "+asked+alive.file+"\nAll that held before holds.\n")

	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve"), m.err.String())
	assert.NotContains(t, m.out.String(), "Ask", "where nothing is changed, nobody is asked")
}

func TestALostBaselineRollsBackAtOnce(t *testing.T) {
	lost, other := lit(t), lit(t)
	m, k := guarded(t, []string{other.block(""), lost.block(impatient)}, "--confirm-within", "10m")
	m.Self = guardProcess(m.Root)
	before := portrait(t, m, k)
	onChange(k, 3, func() { lost.off(t) })
	require.Equal(t, codeRolledBack, Run(m.Env), m.err.String())
	assert.Contains(t, m.err.String(), "bondctl: rolled back, all is as it was: exec /usr/bin/test -e "+lost.file+" (")
	assert.Contains(t, m.err.String(), ") held before the change and is lost: /usr/bin/test: exit status 1 (tries: 1)\n")
	assert.NotContains(t, m.out.String(), "Confirm within")
	assert.Equal(t, before, portrait(t, m, k))
	require.Equal(t, codeDone, m.again("history"))
	assert.Regexp(t, `rolled-back .* held before the change and is lost`, m.out.String())
}

// A path may need a moment after a change.
func TestTheBaselineIsAskedUntilItHolds(t *testing.T) {
	broken := dark(t)
	once := script("test ! -e $0 || { rm $0; exit 1; }", broken.file, "", "timeout = \"5s\"")
	m, k := guarded(t, []string{once}, "--no-guard")
	onChange(k, 3, func() { write(t, broken.file, "") })
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "All that held before holds.\n")
	assert.NoFileExists(t, broken.file, "it was asked, and failed, before it was asked again")
}

func TestVerifiersMustFitIntoTheWindow(t *testing.T) {
	m, k := guarded(t, []string{lit(t).block("fall = 7\n    interval = \"10s\"")}, "--confirm-within", "60s")
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "is given up after 1m5s, and the window is only 1m0s: lower its fall, interval or timeout, or give a longer window by --confirm-within\n")
	assert.Equal(t, before, portrait(t, m, k))
}

func TestHowOftenIsAskedAfterAChange(t *testing.T) {
	seconds := func(n int) schema.Attr[schema.Duration] { return schema.Given(time.Duration(n) * time.Second) }
	icmp := schema.Verifier{Kind: schema.Given("icmp")}
	http := schema.Verifier{Kind: schema.Given("http")}
	stated := icmp
	stated.Fall, stated.Interval, stated.Timeout = schema.Given(3), seconds(10), seconds(2)
	slow := icmp
	slow.Timeout = seconds(20)
	cases := []struct {
		v      schema.Verifier
		window time.Duration
		want   verify.Trial
	}{
		{icmp, time.Minute, verify.Trial{Every: time.Second, Most: 30}},
		{icmp, time.Hour, verify.Trial{Every: time.Second, Most: 30}},
		{icmp, 20 * time.Second, verify.Trial{Every: time.Second, Most: 10}},
		{http, time.Minute, verify.Trial{Every: 5 * time.Second, Most: 6}},
		{stated, time.Minute, verify.Trial{Every: 10 * time.Second, Most: 3}},
		{slow, 30 * time.Second, verify.Trial{Every: 20 * time.Second, Most: 1}},
	}
	for _, c := range cases {
		assert.Equal(t, c.want, trialAfter(&c.v, c.window))
	}
}

// While it is asked, before a change and after it, Ctrl-C is heard.
func TestAnInterruptEndsTheAsking(t *testing.T) {
	signals := make(chan os.Signal, 1)
	m, k := guarded(t, []string{dark(t).block("timeout = \"50s\"")}, "--no-guard")
	m.Signals = func() <-chan os.Signal { return signals }
	signals <- os.Interrupt
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Equal(t, "bondctl: interrupted; nothing was changed\n", m.err.String())
	assert.Equal(t, before, portrait(t, m, k))

	lost, asked := lit(t), dark(t)
	m, k = guarded(t, []string{script("test -e $0 || { touch $1; exit 1; }", lost.file, asked.file, "timeout = \"20s\"\n    fall = 2")}, "--no-guard")
	before = portrait(t, m, k)
	m.Signals = func() <-chan os.Signal { return signals }
	onChange(k, 3, func() { lost.off(t) })
	go func() {
		for exists := false; !exists; time.Sleep(time.Millisecond) {
			_, err := os.Stat(asked.file)
			exists = err == nil
		}
		signals <- syscall.SIGTERM
	}()
	assert.Equal(t, codeRolledBack, Run(m.Env))
	assert.Contains(t, m.err.String(), "interrupted; rolling back")
	assert.Equal(t, before, portrait(t, m, k))
}

// The way back asks what the document of that change asked.
func TestTheWayBackHasABaselineToo(t *testing.T) {
	path := lit(t)
	m, k := guarded(t, []string{path.block(impatient)}, "--no-guard")
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\n")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	after := portrait(t, m, k)
	require.NoError(t, os.Remove("bondctl.hcl"))
	require.Equal(t, codeDone, m.again("history"))
	first := newest(m)
	onChange(k, 2, func() { path.off(t) })
	require.Equal(t, codeRolledBack, m.again("rollback", first, "--no-guard", "--auto-approve"), m.err.String())
	assert.Contains(t, m.out.String(), "holds: exec /usr/bin/test -e "+path.file)
	assert.Contains(t, m.err.String(), "held before the change and is lost")
	assert.Equal(t, after, portrait(t, m, k))
}

// Kept beside the journal, a verifier stays what it is.
func TestVerifiersAreKept(t *testing.T) {
	m, _ := guarded(t, []string{lit(t).block(impatient), "verify \"icmp\" {\n    targets = [\"gateway\"]\n    require = \"all\"\n  }\n"}, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	m.Wall = silence
	store, err := (&app{env: m.Env}).store()
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	require.Equal(t, codeDone, m.again("history"))
	tx, err := store.Load(newest(m))
	require.NoError(t, err)
	kept, err := keptAskings(tx)
	require.NoError(t, err)
	text, err := os.ReadFile("bondctl.hcl")
	require.NoError(t, err)
	doc, diags := schema.Decode([]schema.Source{{Name: "bondctl.hcl", Bytes: text}}, schema.Inputs{})
	require.False(t, diags.HasErrors())
	require.Len(t, kept, 2)
	for i, a := range kept {
		assert.Equal(t, verify.Name(doc.Guard.Verifiers[i]), a.Name)
		assert.Equal(t, a.Name, verify.Name(a.Verifier))
		assert.Equal(t, doc.Guard.Verifiers[i].Fall.Value, a.Verifier.Fall.Value)
	}
	assert.Equal(t, "all", kept[1].Verifier.Require.Or(""))
}

// What a verifier is told may be secret: it reaches no screen, no journal and
// nobody who is logged in, neither by name nor by what the program says.
func TestSecretsOfVerifiersAreNotShown(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	wall := &recorder{}
	m.Wall = wall
	m.Self = guardProcess(m.Root)
	lamp := lit(t)
	m.LookupEnv = func(name string) (string, bool) {
		if name == "BONDCTL_VAR_token" {
			return "goats are interesting", true
		}
		return bySudo(name)
	}
	tells := fmt.Sprintf("  verify \"exec\" {\n    command = [\"/bin/sh\", \"-c\", \"echo $1 is wrong; test -e $0\", %q, var.token]\n    %s\n  }\n", lamp.file, impatient)
	write(t, "bondctl.hcl", "variable \"token\" { sensitive = true }\n"+attic+"guard {\n"+tells+"}\n")
	apply := m.Args
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), " (sensitive)\"\n")
	said := m.out.String() + m.err.String()

	onChange(k, 3, func() { lamp.off(t) })
	require.Equal(t, codeRolledBack, m.again(apply...), m.err.String())
	said += m.out.String() + m.err.String()
	require.Equal(t, codeDone, m.again("history"))
	said += m.out.String() + strings.Join(wall.told, "\n")
	assert.Contains(t, said, "is wrong")
	assert.NotContains(t, said, "goats")
}
