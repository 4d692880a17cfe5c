package guest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/schema"
)

func corpus(t *testing.T, story string) *schema.Document {
	t.Helper()
	doc, err := readDocument(filepath.Join("../../../../testdata/corpus", story+".hcl"))
	require.NoError(t, err)
	return doc
}

func TestEverySettingOfAStoryIsClaimed(t *testing.T) {
	var paths []string
	for _, c := range claims(corpus(t, "seed001_raspberry")) {
		paths = append(paths, c.path)
	}
	assert.ElementsMatch(t, []string{
		"bond/bond0/mode", "bond/bond0/miimon", "bond/bond0/primary", "bond/bond0/fail_over_mac", "bond/bond0/ipv4/addresses", "bond/bond0/ipv4/gateway",
	}, paths)
}

func TestWhatABackendCannotSayIsKnown(t *testing.T) {
	unsaid, err := unsaidBy(scenario.Consumer{Backend: "ifupdown"}, corpus(t, "mode_8023ad"))
	require.NoError(t, err)
	assert.False(t, unsaid("bond/bond0/lacp_rate"))
	_, err = unsaidBy(scenario.Consumer{Backend: "dhcpcd"}, corpus(t, "mode_8023ad"))
	require.EqualError(t, err, `there is no backend "dhcpcd"`)
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
	require.ErrorContains(t, runScript(filepath.Join(dir, "transcript"), params), "nowhere does not exist")
	require.NoError(t, os.WriteFile(script, []byte("mkdir somewhere\nexists somewhere\n"), 0o600))
	require.NoError(t, runScript(filepath.Join(dir, "transcript"), params))
	assert.FileExists(t, filepath.Join(dir, "transcript"))
}

func TestNetworkScriptsDoNotHearWhatHasNoFile(t *testing.T) {
	consumer, ok := scenario.LookupConsumer("network-scripts")
	require.True(t, ok)
	unsaid, err := unsaidBy(consumer, corpus(t, "slave_options"))
	require.NoError(t, err)
	assert.True(t, unsaid("bond/bond0/slave/eth0/queue_id"))
	assert.True(t, unsaid("bond/bond0/active_slave"))
	assert.False(t, unsaid("bond/bond0/miimon"))
	unsaid, err = unsaidBy(consumer, corpus(t, "arp_monitoring"))
	require.NoError(t, err)
	assert.False(t, unsaid("bond/bond0/arp_missed_max"), "sysfs has a file of it")
}

func TestEveryConsumerHasAManager(t *testing.T) {
	for _, c := range scenario.Consumers() {
		assert.Contains(t, managers, c.Name)
	}
}

func TestMetricOfIPv6(t *testing.T) {
	assert.True(t, sameMetric(schema.IPv6, 0, 1024))
	assert.False(t, sameMetric(schema.IPv4, 0, 1024))
	assert.True(t, sameMetric(schema.IPv4, 50, 50))
}

func TestVersions(t *testing.T) {
	assert.Equal(t, "6.15.0", firstVersion("ip utility, -6.15.0, libbpf 1.5.0"))
	assert.Equal(t, "257", firstVersion("systemd 257 (257.9-1)"))
	for _, c := range []struct {
		version, than string
		older         bool
	}{
		{"6.15.0", "6.17", true}, {"6.17.0", "6.17", false}, {"1.42.4", "1.44", true}, {"1.52.1", "1.44", false}, {"257", "256", false}, {"6.1", "6.1.1", true},
	} {
		assert.Equal(t, c.older, older(c.version, c.than), "%s than %s", c.version, c.than)
	}
}

func TestIfupdown2DoesNotHearWhatItHasNoWordFor(t *testing.T) {
	doc := corpus(t, "mode_8023ad")
	for name, wanted := range map[string]bool{"ifupdown2": true, "ifupdown": false} {
		consumer, ok := scenario.LookupConsumer(name)
		require.True(t, ok)
		unsaid, err := unsaidBy(consumer, doc)
		require.NoError(t, err)
		assert.Equal(t, wanted, unsaid("bond/bond0/min_links"), name)
		assert.False(t, unsaid("bond/bond0/lacp_rate"), name)
	}
}
