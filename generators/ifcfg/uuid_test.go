package ifcfg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/ifcfg"
)

// NetworkManager 1.52 has told the UUIDs of profiles without one.
func TestUUID(t *testing.T) {
	const dir = "/etc/sysconfig/network-scripts/"
	for name, want := range map[string]string{
		"ifcfg-bond0": "ad33d8b0-1f7b-cab9-9447-ba07f855b143",
		"ifcfg-eth0":  "5fb06bd0-0bb0-7ffb-45f1-d6edd65f3e03",
	} {
		assert.Equal(t, want, ifcfg.UUID(generators.File{Path: dir + name, Content: []byte("DEVICE=x\nUUID=\n")}))
	}
	own := "UUID=\"1\"\nUUID=\"87A4E8B1-2a2b-4c5d-9c61-0f5a9b1f8d10\"\n"
	assert.Equal(t, "87a4e8b1-2a2b-4c5d-9c61-0f5a9b1f8d10", ifcfg.UUID(generators.File{Path: dir + "ifcfg-eth0", Content: []byte(own)}))
}
