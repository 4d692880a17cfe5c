package guest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func corpus(t *testing.T, story string) *schema.Document {
	t.Helper()
	doc, err := readDocument(filepath.Join("../../../../testdata/corpus", story+".hcl"))
	require.NoError(t, err)
	return doc
}

func TestEndsAreTheLinksThatLeadOut(t *testing.T) {
	found := ends(corpus(t, "seed001_raspberry"))
	require.Len(t, found, 2)
	assert.Equal(t, "eth0", found[0].name)
	assert.Nil(t, found[0].wifi)
	assert.Equal(t, "wlan0", found[1].name)
	assert.Equal(t, schema.SSID("Brightspeed_013450E3"), found[1].wifi.SSID.Value)
}

func TestEveryDriverOptionOfAStoryIsClaimed(t *testing.T) {
	var paths []string
	for _, c := range claims(corpus(t, "seed001_raspberry")) {
		paths = append(paths, c.path)
	}
	assert.ElementsMatch(t, []string{"bond/bond0/mode", "bond/bond0/miimon", "bond/bond0/primary", "bond/bond0/fail_over_mac"}, paths)
}

func TestWhatABackendCannotSayIsKnown(t *testing.T) {
	unsaid, err := unsaidBy("ifupdown", corpus(t, "mode_8023ad"))
	require.NoError(t, err)
	assert.False(t, unsaid("bond/bond0/lacp_rate"))
	_, err = unsaidBy("dhcpcd", corpus(t, "mode_8023ad"))
	require.EqualError(t, err, `there is no backend "dhcpcd"`)
}

func TestAccessPointOffersTheStorysNetwork(t *testing.T) {
	wifi := ends(corpus(t, "seed000_homeplug"))[1].wifi
	assert.Equal(t, `interface=wlan1
bridge=br0
driver=nl80211
hw_mode=g
channel=1
ssid2=42544875622d32323131
ignore_broadcast_ssid=0
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=goatsareinteresting
`, hostapdConf("wlan1", wifi))
}

func TestNetlinkValuesInTheKernelsText(t *testing.T) {
	assert.Equal(t, "0", plain(false))
	assert.Equal(t, "1", plain(true))
	assert.Equal(t, "-5", plain(float64(-5)))
	assert.Equal(t, "2001:db8::1,2001:db8::2", plain([]any{"2001:db8::1", "2001:db8::2"}))
	assert.Empty(t, plain(nil))
}

func TestScriptFailsWithItsOwnWords(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "try.txtar")
	params := testscript.Params{Files: []string{script}}
	require.NoError(t, os.WriteFile(script, []byte("exists nowhere\n"), 0o600))
	require.ErrorContains(t, runScript(dir, params), "nowhere does not exist")
	require.NoError(t, os.WriteFile(script, []byte("mkdir somewhere\nexists somewhere\n"), 0o600))
	require.NoError(t, runScript(dir, params))
	assert.FileExists(t, filepath.Join(dir, "transcript"))
}

func TestBondThatSpeaksLACPHasAPartner(t *testing.T) {
	for _, e := range ends(corpus(t, "mode_8023ad")) {
		assert.Equal(t, "lag0", e.partner, e.name)
	}
	for _, e := range ends(corpus(t, "mode_balance_rr")) {
		assert.Empty(t, e.partner, e.name)
	}
}
