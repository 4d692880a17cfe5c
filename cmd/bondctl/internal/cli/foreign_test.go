package cli

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
)

// newForeign is a host whose bond0 an administrator made by hand.
func newForeign(t *testing.T) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newApply(t, "--no-guard")
	require.NoError(t, k.AddBond("bond0", nil))
	require.NoError(t, k.Enslave("eth1", "bond0"))
	require.NoError(t, k.Up("bond0"))
	return m, k
}

// Somebody else's bond is left alone unless it is to be taken over.
func TestAForeignBondIsLeftAlone(t *testing.T) {
	m, k := newForeign(t)
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "there is bond0 already, which no file of bondctl's describes: somebody else made it. Say --take-over to make it what the document describes, or choose another name; nothing was changed")
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "Somebody else made bond0: no file of bondctl's describes it. To change it,\napply asks for --take-over.\n")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), "\"foreign_bonds\": [\n    \"bond0\"\n  ]")

	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"), m.err.String())
	assert.Contains(t, k.String(), "bond mode active-backup active_slave eth0 miimon 100 primary eth0")
}

// What a saved plan would make of a foreign bond wants the same word.
func TestASavedPlanTakesOverWhenItIsTold(t *testing.T) {
	m, _ := newForeign(t)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	assert.Equal(t, codeError, m.again("apply", "change.plan", "--no-guard"))
	assert.Contains(t, m.err.String(), "Say --take-over")
	assert.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard", "--take-over"), m.err.String())
}

// A bond that is as described already is taken without a word: only files are written.
func TestAForeignBondThatIsAsDescribedIsNoMatter(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	applied(t, m, k)
	require.NoError(t, os.Remove(filepath.Join(m.Root, interfaces)))
	before := k.String()
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Equal(t, before, k.String())
	assert.FileExists(t, filepath.Join(m.Root, interfaces))
}

// The driver makes an empty bond0 when it is loaded.
func TestTheBondOfTheDriverIsNobodys(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	require.NoError(t, k.AddBond("bond0", nil))
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, k.String(), "bond mode active-backup")

	m, k = newApply(t, "--no-guard")
	require.NoError(t, k.AddBond("bond0", nil))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "bond0", Prefix: netip.MustParsePrefix("198.51.100.7/24")}))
	assert.Equal(t, codeError, Run(m.Env), "an address is somebody's")
}

// A bond that bondctl's own files describe is ours, whoever put them there and
// for whichever network system.
func TestABondOfOurOwnFilesIsNotForeign(t *testing.T) {
	for _, backend := range []string{"ifupdown", "networkd", "keyfile", "netplan"} {
		t.Run(backend, func(t *testing.T) {
			m, _ := newForeign(t)
			require.NoError(t, os.Mkdir("image", 0o755))
			older := strings.Replace(attic, "miimon  = 100", "miimon = 200", 1)
			write(t, "bondctl.hcl", older)
			require.Equal(t, codeDone, m.again("generate", "--backend", backend, "--out", "image"), m.err.String())
			require.NoError(t, os.CopyFS(m.Root, os.DirFS("image")))
			write(t, "bondctl.hcl", attic)
			assert.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard"), m.err.String())
		})
	}
}

// Other configuration that claims a bond of ours is shown, and is no obstacle.
func TestAClaimIsNoForeignBond(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	applied(t, m, k)
	write(t, filepath.Join(m.Root, "usr/sbin/ifup"), "")
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\nauto bond0\niface bond0 inet manual\n")
	write(t, "bondctl.hcl", strings.Replace(attic, "= 100", "= 200", 1))
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "Also configured elsewhere:\n    bond0: /etc/network/interfaces:3: iface bond0 inet manual (ifupdown)")
	assert.NotContains(t, m.out.String(), "Somebody else made")
}

// stanzasByHand is what somebody wrote into the place of bondctl's file.
const stanzasByHand = "# by hand\nauto eth1\niface eth1 inet dhcp\n"

// A file that somebody else put into the place of one of the document's is shown and
// left alone, whether anybody is asked or not; the same words replace it for good.
func TestAForeignFileInOurPlaceIsLeftAlone(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	write(t, filepath.Join(m.Root, interfaces), stanzasByHand)
	before := portrait(t, m, k)
	refused := "bondctl did not write what is in " + filepath.Join(m.Root, interfaces) + ", where the document has a file. Look at it and move it away, or say --take-over"
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), refused)
	m.Stdin = strings.NewReader("yes\n")
	assert.Equal(t, codeError, m.again("apply", "--backend", "ifupdown", "--no-guard"))
	assert.NotContains(t, m.out.String(), "Carry this out?")
	assert.Contains(t, m.err.String(), refused)
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "bondctl did not write what is there; to replace it, apply asks for --take-over\n")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	assert.Equal(t, codeError, m.again("apply", "change.plan", "--no-guard"))
	assert.Contains(t, m.err.String(), refused)
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard", "--take-over"), m.err.String())
	assert.NotEqual(t, before, portrait(t, m, k))
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve"), "it is ours now: %s", m.err)
	require.Equal(t, codeDone, m.again("history"))
	require.Equal(t, codeDone, m.again("rollback", newest(m), "--auto-approve", "--no-guard"), m.err.String())
	assert.Equal(t, before, portrait(t, m, k), "what comes back was asked for")
}

// A plan that was saved with the word has it.
func TestASavedPlanHasTheWord(t *testing.T) {
	m, _ := newForeign(t)
	write(t, filepath.Join(m.Root, interfaces), stanzasByHand)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--take-over", "--out", "change.plan"), m.err.String())
	assert.Contains(t, m.out.String(), "bondctl did not write what is there; it is kept for the way back\n")
	assert.Equal(t, codeDone, m.again("apply", "change.plan", "--no-guard"), m.err.String())
}

// What tells a network system to leave links alone is bondctl's to write anew, and a
// file of somebody else's in that place is not.
func TestWhatTellsOthersToLeaveLinksAloneIsOurs(t *testing.T) {
	const place = "/etc/systemd/network/00-bondctl.network"
	step := func(old string) plan.Step {
		return takeover{
			edit: generators.Edit{Path: place, Content: []byte("# bondctl has taken these links over\n"), Tells: true},
			old:  &plan.File{Mode: generators.Public, Content: []byte(old)},
		}.step()
	}
	assert.False(t, step("# bondctl has taken these links over: so it was before\n").Foreign)
	assert.True(t, step("[Match]\nName=eth0\n").Foreign)
}
