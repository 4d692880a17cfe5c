package keyfile

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

// NetworkManager 1.52 has told the UUIDs of profiles without one.
func TestUUID(t *testing.T) {
	for path, want := range map[string]string{
		"/run/NetworkManager/system-connections/netplan-bond0.nmconnection": "ed99d67c-a858-3e46-8bab-6a5caa421e47",
		"/run/NetworkManager/system-connections/netplan-eth0.nmconnection":  "626dd384-8b3d-3690-9511-192b2c79b3fd",
	} {
		assert.Equal(t, want, UUID(generators.File{Path: path, Content: []byte("[connection]\ntype=ethernet\n")}))
	}
	own := "[connection]\ntype=ethernet\nuuid=87A4E8B1-2a2b-4c5d-9c61-0f5a9b1f8d10\n"
	assert.Equal(t, "87a4e8b1-2a2b-4c5d-9c61-0f5a9b1f8d10", UUID(generators.File{Path: dir + "/eth0.nmconnection", Content: []byte(own)}))
}
