package ifupdown

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

// seed000 is what the author of seed 000 wrote, as it stands there.
const seed000 = `auto em1  
iface em1 inet manual  
    bond-master bond0
    bond-primary em1
    bond-mode active-backup
    #pre-up ifconfig $IFACE up
    #post-down ifconfig $IFACE down

auto wlan0  
iface wlan0 inet manual  
    wpa-ssid BTHub-2211
    wpa-psk goatsareinteresting

    bond-master bond0
    bond-primary em1
    bond-mode active-backup
    #pre-up ifconfig $IFACE up
    #post-down ifconfig $IFACE down

## Request dhcp ip for bonded interface
#iface bond0 inet dhcp
auto bond0  
iface bond0 inet static  
    address 192.168.1.105
    netmask 255.255.255.0
    gateway 192.168.1.254
    dns-nameservers 192.168.1.254

    bond-slaves none
    bond-primary em1
    bond-mode active-backup
    bond-miimon 100
`

// TestSeed000 holds our file for the story to the author's. Both say the same,
// but for one line: ours has fail_over_mac active. The author's card took the
// address of the Ethernet card; not every card and access point bear that.
//
// The author's options stand three times because in Debian of that day the
// first link that came up made the bond, with what its own stanza said. Today
// only that of bond0 counts; ours has them once, and bond0 brings its slaves up.
// Ours keeps the pass-phrase in a file of mode 0600.
func TestSeed000(t *testing.T) {
	theirs, complaints := parsed(t, seed000)
	require.Empty(t, complaints)
	require.Len(t, theirs, 13)

	for _, c := range gentest.Corpus(t) {
		if c.Name != "seed000_homeplug" {
			continue
		}
		files, diags := Backend().Render(c.Decode(t))
		require.Empty(t, diags)
		ours, complaints := parsedFiles(t, files...)
		require.Empty(t, complaints)
		assert.Equal(t, theirs, without(ours, "bond/bond0/fail_over_mac = active"))
		return
	}
	assert.Fail(t, "seed 000 is not in the corpus")
}

func without(lines []string, gone string) []string {
	var kept []string
	for _, l := range lines {
		if l != gone {
			kept = append(kept, l)
		}
	}
	return kept
}

// Who keeps the pass-phrase in interfaces does not see it in a diff.
func TestSeed000Masked(t *testing.T) {
	var masker generators.Masker
	masked := string(masker.Mask(Backend().Secret, []byte(seed000)))
	assert.NotContains(t, masked, "goats")
	assert.Contains(t, masked, "    wpa-psk (sensitive, value 1)\n")
	assert.Contains(t, masked, "wpa-ssid BTHub-2211\n")
}
