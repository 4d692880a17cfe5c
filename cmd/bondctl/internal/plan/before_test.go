package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// NetworkManager looks for networks with another address each time: that is no
// state to go back to. A radio that has joined one keeps its address.
func TestTheAddressOfAnIdleRadioIsNobodysToRestore(t *testing.T) {
	radio := func(mac byte, joined bool) *kernel.State {
		return &kernel.State{Links: []*kernel.Link{{Index: 2, Name: "wlan0", Wireless: true, Up: true, Carrier: joined, MTU: 1500, MAC: schema.MAC{2, 0, 0, 0, 0, mac}}}}
	}
	for _, joined := range []bool{false, true} {
		changes, problems := plan.Network(plan.Before(radio(1, joined), []string{"wlan0"}), radio(9, false))
		assert.Empty(t, problems)
		assert.Equal(t, joined, len(changes) > 0)
	}
}
