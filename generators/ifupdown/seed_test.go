package ifupdown

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// seed000 is the archive of what the author of seed 000 wrote.
func seed000(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile("../../testdata/seeds/000.txtar")
	require.NoError(tb, err)
	return string(text)
}

// Who keeps the pass-phrase in interfaces does not see it in a diff.
func TestSeed000Masked(t *testing.T) {
	var masker generators.Masker
	masked := string(masker.Mask(Backend().Secret, []byte(seed000(t))))
	assert.NotContains(t, masked, "goats")
	assert.Equal(t, 1, strings.Count(masked, "    wpa-psk (sensitive, value 1)\n"))
	assert.Contains(t, masked, "wpa-ssid BTHub-2211\n")
}
