package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Who does not name events is told all; a server or a program is not told of each check.
func TestTheEventsThatHandlersAreTold(t *testing.T) {
	for kind, checked := range map[string]bool{"log": true, "gpio": true, "webhook": false, "exec": false} {
		h := &Handler{Kind: Given(kind)}
		assert.Equal(t, checked, h.Tells(EventChecked), kind)
		assert.True(t, h.Tells(EventFlapping), kind)
		h.Events = GivenList(EventChecked)
		assert.Equal(t, []string{EventChecked}, h.Told(), kind)
	}
	placed := &Handler{Kind: Given("webhook"), URLs: Given(map[string]string{EventChecked: "https://hooks.example.net/checked"})}
	assert.True(t, placed.Tells(EventChecked), "it has an address of its own")
}
