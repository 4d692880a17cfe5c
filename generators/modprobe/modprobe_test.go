package modprobe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// render gives the text of the file, and the diagnostics as lines.
func render(t *testing.T, document string) (text string, diags []string) {
	t.Helper()
	files, found := Backend().Render(gentest.Decode(t, "host.hcl", []byte(document)))
	for _, d := range found {
		diags = append(diags, d.Summary+": "+d.Detail)
	}
	if len(files) == 0 {
		return "", diags
	}
	require.Len(t, files, 1)
	return string(files[0].Content), diags
}

// parse gives the statements of files named in /etc/modprobe.d, and the
// diagnostics with their lines.
func parse(t *testing.T, files map[string]string) (said, diags []string) {
	t.Helper()
	var all []generators.File
	for name, text := range files {
		all = append(all, generators.File{Path: "/etc/modprobe.d/" + name, Content: []byte(text)})
	}
	doc, found := Backend().Parse(all)
	for _, s := range doc.Statements() {
		said = append(said, s.String())
	}
	for _, d := range found {
		diags = append(diags, filepath.Base(d.Subject.String())+" "+d.Detail)
	}
	return said, diags
}

const bond0 = `bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}
`

// Trap 21: systemd ships systemd.conf with max_bonds=0, and the last file wins.
func TestTrap21FileComesAfterSystemdConf(t *testing.T) {
	text, _ := render(t, bond0)
	assert.Contains(t, text, "\noptions bonding max_bonds=1 mode=active-backup miimon=100\n")
	systemd := "options bonding max_bonds=0\n"

	said, diags := parse(t, map[string]string{"systemd.conf": systemd, filepath.Base(file): text})
	assert.Equal(t, []string{"bond/bond0", "bond/bond0/miimon = 100", "bond/bond0/mode = active-backup"}, said)
	assert.Empty(t, diags)

	said, diags = parse(t, map[string]string{"systemd.conf": systemd, "bonding.conf": text})
	assert.Empty(t, said, "b comes before s")
	assert.Len(t, diags, 1)
}

// Trap 22: the kernel alone would make one bond, but no host with systemd's file does.
func TestTrap22NoBondWithoutMaxBonds(t *testing.T) {
	said, diags := parse(t, map[string]string{"bonding.conf": "options bonding mode=4 miimon=100\n"})
	assert.Empty(t, said)
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0], "bonding.conf:1,1-1 These are defaults for bonds that something else makes")
}

// Trap 23: seed 004's file acts on nothing any more.
func TestTrap23SeedFileWithoutEffect(t *testing.T) {
	said, diags := parse(t, map[string]string{"bonding.conf": "alias netdev-bond0 bonding\noptions bond0 mode=0 miimon=1000\n"})
	assert.Empty(t, said)
	require.Len(t, diags, 2)
	assert.Contains(t, diags[0], "bonding.conf:1,1-1 This acts only on modprobe netdev-bond0, which nothing calls any more.")
	assert.Contains(t, diags[1], "bonding.conf:2,1-1 This acts only on modprobe bond0, which only network-scripts call, for a bond without BONDING_OPTS.")
}

// What seed 004 wanted: the same options, in the form that acts today.
func TestSeed004(t *testing.T) {
	seed, err := os.ReadFile("../../testdata/corpus/seed004_rhel.hcl")
	require.NoError(t, err)
	text, _ := render(t, string(seed))
	assert.Contains(t, text, "\noptions bonding max_bonds=1 mode=balance-rr miimon=1000\n")
	for line := range strings.Lines(text) {
		assert.NotRegexp(t, `^(alias|options bond0)`, line)
	}
}

// Trap 24: there is one set of parameters for all bonds.
func TestTrap24OneSetOfParametersForAllBonds(t *testing.T) {
	second := func(name, options string) string {
		return bond0 + `bond "` + name + `" {
  mode   = "active-backup"
  ` + options + `
  slave "eth2" {}
  slave "eth3" {}
}
`
	}
	cases := []struct{ name, document, maxBonds, refused string }{
		{"the same options", second("bond1", "miimon = 100"), "max_bonds=2", ""},
		{"other options", second("bond1", "miimon = 200"), "max_bonds=1", "modprobe cannot say bond1: The module has one set of parameters"},
		{"a name of its own", second("uplink", "miimon = 100"), "max_bonds=1", "modprobe cannot say uplink: Loading the module makes bonds named bond0, bond1"},
		{"a gap", second("bond2", "miimon = 100"), "max_bonds=1", "modprobe cannot say bond2: Loading the module makes bonds named bond0, bond1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text, diags := render(t, c.document)
			assert.Contains(t, text, c.maxBonds)
			assert.Contains(t, strings.Join(diags, "\n"), c.refused)
		})
	}
}

func TestNoFileWithoutABondToMake(t *testing.T) {
	text, diags := render(t, strings.Replace(bond0, "bond0", "uplink", 1))
	assert.Empty(t, text)
	assert.Len(t, diags, 1)
}

func TestSettingsWithoutAParameterAreReportedForEachBond(t *testing.T) {
	document := strings.Replace(bond0, "miimon = 100", "miimon = 100\n  peer_notif_delay = 200", 1)
	text, diags := render(t, document+strings.NewReplacer("bond0", "bond1", "eth0", "eth2", "eth1", "eth3").Replace(bond0))
	assert.Contains(t, text, "max_bonds=2", "what no parameter says cannot differ")
	assert.Contains(t, strings.Join(diags, "\n"), "modprobe cannot say peer_notif_delay")
}

// A name of a link that kmod would take apart is not written.
func TestPrimaryCannotAddAParameter(t *testing.T) {
	primary, _ := schema.Lookup("primary")
	for _, name := range []string{"eth0 mode=0", `e\0`, `e"0`, "e\n0", "\xff"} {
		value, err := primary.Parse(name)
		require.NoError(t, err)
		doc := &schema.Document{Bonds: []*schema.Bond{{Name: schema.Given("bond0"), Settings: schema.Settings{{Option: primary, Value: value}}}}}
		files, diags := Backend().Render(doc)
		assert.Contains(t, string(files[0].Content), "options bonding max_bonds=1\n", "%q", name)
		require.Len(t, diags, 1)
		assert.Equal(t, generators.Unsaid{Path: "bond/bond0/primary"}, diags[0].Extra)
	}
}

func TestReadIsAsTolerantAsKmod(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"a.conf":    "# bonds\noptions bonding max_bonds=2 \\\n  mode=1\n",
		"b.conf":    "options\tbonding miimon=50 num-grat-arp=3 arp_ip_target=\"192.0.2.1,192.0.2.2\"\n",
		"c.conf":    "options bonding miimon=100\noptions e1000e x=1\nblacklist pcspkr\n",
		"d.bak":     "options bonding miimon=200\n",
		"z.conf":    "options bonding nonsense=1\noptions bonding lacp_rate=hourly\nblacklist bonding\n",
		"zz-9.conf": "options bonding max_bonds=many\n",
	})
	assert.Equal(t, []string{
		"bond/bond0", "bond/bond0/arp_ip_target = 192.0.2.1,192.0.2.2", "bond/bond0/miimon = 100",
		"bond/bond0/mode = active-backup", "bond/bond0/num_grat_arp = 3",
		"bond/bond1", "bond/bond1/arp_ip_target = 192.0.2.1,192.0.2.2", "bond/bond1/miimon = 100",
		"bond/bond1/mode = active-backup", "bond/bond1/num_grat_arp = 3",
	}, said)
	require.Len(t, diags, 4)
	assert.Contains(t, diags[0], "z.conf:1,1-1 The module has no parameter nonsense")
	assert.Contains(t, diags[1], "z.conf:2,1-1 lacp_rate wants slow or fast")
	assert.Contains(t, diags[2], "z.conf:3,1-1 A document cannot say blacklist of the module.")
	assert.Contains(t, diags[3], `zz-9.conf:1,1-1 max_bonds wants a number of bonds, not "many".`)
}

// Everything that is read has its place, for the comments of an import.
func TestStatementsHaveTheirPlaces(t *testing.T) {
	doc, _ := Backend().Parse(gentest.Files("-- /etc/modprobe.d/a.conf --\noptions bonding mode=1 \\\n miimon=100\n-- /run/modprobe.d/b.conf --\n#\noptions bonding max_bonds=1\n"))
	places := map[string]string{}
	for _, s := range doc.Statements() {
		places[s.Path] = s.Range.String()
	}
	assert.Equal(t, map[string]string{
		"bond/bond0": "/run/modprobe.d/b.conf:2,1-1", "bond/bond0/mode": "/etc/modprobe.d/a.conf:1,1-1", "bond/bond0/miimon": "/etc/modprobe.d/a.conf:1,1-1",
	}, places)
}
