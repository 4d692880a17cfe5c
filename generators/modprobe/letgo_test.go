package modprobe

import (
	"bytes"
	"path"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
	"github.com/bondctl/bondctl/generators/gentest"
)

const (
	begin = "# >>> Taken over by bondctl: to undo, delete this mark, the next one, and each first # between them.\n"
	end   = "# <<< Taken over by bondctl.\n"
	// systemdConf is what systemd ships.
	systemdConf = "-- /usr/lib/modprobe.d/systemd.conf --\n# When bonding module is loaded, create no interfaces.\noptions bonding max_bonds=0\n\n# same for the dummy module\noptions dummy numdummies=0\n"
)

func TestLetGo(t *testing.T) {
	cases := []struct {
		name, files string
		taking      generators.Taking
		want        []generators.Edit
	}{
		{"nothing of theirs", systemdConf, generators.Taking{Links: []string{"bond0", "eth0"}}, nil},
		{
			"the lines of seed 004", systemdConf + "-- /etc/modprobe.d/bonding.conf --\nalias netdev-bond0 bonding\noptions bond0 mode=0 miimon=1000\n",
			generators.Taking{Links: []string{"eth0", "bond0"}},
			[]generators.Edit{{
				Path: "/etc/modprobe.d/bonding.conf", Links: []string{"bond0"}, How: "lines commented out",
				Content: []byte(begin + "#alias netdev-bond0 bonding\n#options bond0 mode=0 miimon=1000\n" + end),
			}},
		},
		{
			"bonds that the module makes, over two lines", "-- /etc/modprobe.d/zz.conf --\n# two of them\noptions bonding max_bonds=2 \\\n  mode=1 miimon=100\noptions e1000e x=1\n" + systemdConf,
			generators.Taking{Links: []string{"bond1", "bond0"}, Own: true},
			[]generators.Edit{{
				Path: "/etc/modprobe.d/zz.conf", Links: []string{"bond0", "bond1"}, How: "lines commented out",
				Content: []byte("# two of them\n" + begin + "#options bonding max_bonds=2 \\\n#  mode=1 miimon=100\n" + end + "options e1000e x=1\n"),
			}},
		},
		{
			"the kernel's own bond0, and another bond by name", "-- /etc/modprobe.d/b.conf --\nalias bond1 bonding\nalias uplink bonding\noptions bonding miimon=50",
			generators.Taking{Links: []string{"bond0", "uplink"}},
			[]generators.Edit{
				{
					Path: "/etc/modprobe.d/b.conf", Links: []string{"uplink"}, How: "lines commented out",
					Content: []byte("alias bond1 bonding\n" + begin + "#alias uplink bonding\n#options bonding miimon=50\n" + end),
				},
				{
					Path: "/etc/modprobe.d/bondctl-max_bonds.conf", Links: []string{"bond0"}, How: "max_bonds=0 set, so that loading the module does not make it",
					Content: []byte("# bondctl has taken bond0 over, so loading the module must not make it.\noptions bonding max_bonds=0\n"),
				},
			},
		},
		{
			"a file of the distribution", "-- /usr/lib/modprobe.d/vendor.conf --\noptions bonding mode=4\n" + systemdConf,
			generators.Taking{Links: []string{"bond7"}},
			[]generators.Edit{{
				Path: "/etc/modprobe.d/vendor.conf", How: "lines commented out",
				Content: []byte(begin + "#options bonding mode=4\n" + end),
			}},
		},
		{
			"no bonds, said in a line that goes", "-- /etc/modprobe.d/a.conf --\noptions bonding mode=4 max_bonds=0\n",
			generators.Taking{Links: []string{"uplink"}},
			[]generators.Edit{
				{
					Path: "/etc/modprobe.d/a.conf", How: "lines commented out",
					Content: []byte(begin + "#options bonding mode=4 max_bonds=0\n" + end),
				},
				{
					Path: "/etc/modprobe.d/bondctl-max_bonds.conf", Links: []string{"bond0"}, How: "max_bonds=0 set, so that loading the module does not make it",
					Content: []byte("# bondctl has taken bond0 over, so loading the module must not make it.\noptions bonding max_bonds=0\n"),
				},
			},
		},
		{
			"a bond of another's own", "-- /etc/modprobe.d/zz.conf --\noptions bonding max_bonds=1\n",
			generators.Taking{Links: []string{"uplink"}},
			nil,
		},
		{
			"bondctl's own file", "-- /etc/modprobe.d/zz-bonding.conf --\n# Made by bondctl from x.hcl; changes here are overwritten.\noptions bonding max_bonds=1 mode=1\n",
			generators.Taking{Links: []string{"bond0"}, Own: true},
			nil,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			edits, diags := Backend().TakeOver(gentest.Files(c.files), c.taking)
			assert.Empty(t, diags)
			assert.Equal(t, c.want, edits)
		})
	}
}

func TestLetGoSaysWhatItCannot(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a bond of another besides", "#\noptions bonding max_bonds=3 mode=1\n", "/etc/modprobe.d/zz.conf:2,1-1: modprobe cannot let go of links; " +
			"Loading the module makes bond2 too, with the same parameters, and the document does not have it. Add it to the document, or let it be made otherwise and set max_bonds=0."},
		{"a command", "install bonding /sbin/modprobe --ignore-install bonding max_bonds=1\n", "/etc/modprobe.d/zz.conf:1,1-1: modprobe cannot let go of links; " +
			"The command that loads the module gives it parameters of its own. Remove the line, or the parameters from it."},
	} {
		t.Run(c.name, func(t *testing.T) {
			edits, diags := Backend().TakeOver(gentest.Files(systemdConf+"-- /etc/modprobe.d/zz.conf --\n"+c.text), generators.Taking{Links: []string{"bond0", "bond1"}})
			assert.Empty(t, edits)
			require.Len(t, diags, 1)
			assert.Equal(t, hcl.DiagError, diags[0].Severity)
			assert.Equal(t, c.want, diags[0].Error())
		})
	}
}

func TestMentions(t *testing.T) {
	const text = "# x\nalias netdev-bond0 bonding\nalias uplink bonding\noptions bond1 mode=0\noptions bonding max_bonds=2 mode=1\noptions bonding miimon=1 \\\n\noptions bonding max_bonds=0\nblacklist bonding\noptions e1000e y=1\n"
	assert.Equal(t, []generators.Mention{
		{Pattern: "bond0", Line: 2, Text: "alias netdev-bond0 bonding"},
		{Pattern: "uplink", Line: 3, Text: "alias uplink bonding"},
		{Pattern: "bond1", Line: 4, Text: "options bond1 mode=0"},
		{Pattern: "bond0", Line: 5, Text: "options bonding max_bonds=2 mode=1"},
		{Pattern: "bond1", Line: 5, Text: "options bonding max_bonds=2 mode=1"},
		{Line: 6, Text: "options bonding miimon=1"},
	}, Backend().Mentions(generators.File{Content: []byte(text)}))
}

// After the edits the module makes and names none of the bonds, and lines of
// other modules are what they were.
func TestLetGoLeavesNothing(t *testing.T) {
	lines := []string{
		"", "# comment \\", "alias bond0 bonding", "alias netdev-bond1 bonding", "options bond1 mode=1", "options bonding max_bonds=2", "options bonding mode=1 \\",
		"options bonding max_bonds=0", "  miimon=100", "options\tbonding max-bonds=1 miimon=50", "blacklist pcspkr", "options e1000e x=1", "install bond0 /bin/true",
	}
	rapid.Check(t, func(t *rapid.T) {
		var files []generators.File
		for _, name := range []string{"/etc/modprobe.d/a.conf", "/usr/lib/modprobe.d/systemd.conf", "/run/modprobe.d/z.conf"} {
			var text string
			for _, line := range rapid.SliceOf(rapid.SampledFrom(lines)).Draw(t, name) {
				text += line + "\n"
			}
			files = append(files, generators.File{Path: name, Content: []byte(text)})
		}
		taking := generators.Taking{Links: []string{"bond0", "bond1", "eth0"}}
		edits, diags := Backend().TakeOver(files, taking)
		assert.Empty(t, diags)
		left := edited(files, edits)
		doc, _ := Backend().Parse(left)
		assert.Empty(t, doc.Bonds)
		for _, file := range modconf.Files(left) {
			assert.Empty(t, Backend().Mentions(file), "%s", file.Content)
		}
		assert.Equal(t, foreign(files), foreign(left))
		again, _ := Backend().TakeOver(left, taking)
		assert.Empty(t, again, "let go twice")
	})
}

// edited gives the files after the edits.
func edited(files []generators.File, edits []generators.Edit) []generators.File {
	files = slices.Clone(files)
	for _, e := range edits {
		files = slices.DeleteFunc(files, func(f generators.File) bool { return f.Path == e.Path })
		files = append(files, generators.File{Path: e.Path, Content: e.Content})
	}
	return files
}

// foreign lists the commands for other modules, with their files.
func foreign(files []generators.File) []string {
	var list []string
	for _, file := range modconf.Files(files) {
		for _, line := range modconf.Lines(file.Content) {
			if _, isNamed := namedBond(line); !isNamed && !slices.Contains(line.Words, module) {
				list = append(list, path.Base(file.Path)+": "+line.Words[0])
			}
		}
	}
	return list
}

func FuzzLetGo(f *testing.F) {
	f.Add([]byte("options bonding max_bonds=1 \\\nmode=1\nalias bond0 bonding"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file := generators.File{Path: "/etc/modprobe.d/a.conf", Content: content}
		lines := len(slices.Collect(bytes.Lines(content)))
		for _, m := range Backend().Mentions(file) {
			assert.LessOrEqual(t, m.Line, lines)
		}
		edits, diags := Backend().TakeOver([]generators.File{file}, generators.Taking{Links: []string{"bond0"}})
		if len(diags) > 0 || generators.IsOurs(content) {
			return
		}
		doc, _ := Backend().Parse(edited([]generators.File{file}, edits))
		for _, b := range doc.Bonds {
			assert.NotEqual(t, "bond0", b.Name.Value)
		}
	})
}
