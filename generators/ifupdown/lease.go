package ifupdown

import (
	"slices"

	"github.com/bondctl/bondctl/generators"
)

// Leasing gives what the stanza by which a link leases an IPv4 address says to the
// DHCP client, option by option; nothing where there is no such stanza.
func Leasing(files []generators.File, link string) map[string]string {
	blocks := readInterfaces(files, &generators.Report{}).blocks
	i := slices.IndexFunc(blocks, func(b *block) bool { return b.name == link && b.family == inet && b.method == dhcp })
	if i < 0 {
		return nil
	}
	said := map[string]string{}
	for _, o := range blocks[i].options {
		said[o.key] = o.value
	}
	return said
}
