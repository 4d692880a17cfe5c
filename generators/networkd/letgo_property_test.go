package networkd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/networkd"
)

// Of links that stay with systemd-networkd those go on to be said that patterns are for.
func TestAnyLinksAreLetGo(t *testing.T) {
	gentest.LetGo(t, networkd.Backend(), gentest.Foreign{OthersOnly: true})
}

// FuzzLetGo looks for files that still configure a link by its name when it is
// let go, and for such as the edits change in what they say of others.
func FuzzLetGo(f *testing.F) {
	f.Add(handmade)
	f.Add("-- /etc/systemd/network/a.network --\n[Match]\nName=eth0 \\\n# and\n eth1 en*\nName=!eth7\n[Network]\nBond=bond0\n")
	f.Add("-- /run/systemd/network/a.network --\n[Match]\nName=eth0\n\\\n[Network]\nVLAN=eth0\n-- /etc/systemd/network/a.network.d/b.conf --\n[Match]\nName=\nName=eth0 eth1\n")
	f.Fuzz(func(t *testing.T, archive string) {
		files := gentest.Files(archive)
		for i, file := range files {
			if !strings.HasPrefix(file.Path, "/") {
				files[i].Path = "/etc/systemd/network/" + file.Path
			}
		}
		taking := generators.Taking{Links: []string{"eth0", "bond0"}, Own: true}
		edits, diags := networkd.Backend().TakeOver(files, taking)
		if diags.HasErrors() {
			return
		}
		left := gentest.Edited(files, edits)
		doc, _ := networkd.Backend().Parse(left)
		for _, s := range doc.Bonds {
			assert.NotEqual(t, "bond0", s.Name.Value)
		}
		again, _ := networkd.Backend().TakeOver(left, taking)
		assert.Empty(t, again, "let go twice")
	})
}
