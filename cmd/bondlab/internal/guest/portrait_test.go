package guest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func slaveLine(t *testing.T, masterData string) string {
	t.Helper()
	var links []shownLink
	require.NoError(t, json.Unmarshal([]byte(`[
		{"ifname":"eth0","address":"02:00:00:00:00:01","master":"bond0","flags":["UP"],"mtu":1500,"linkinfo":{"info_kind":"veth",
		 "info_slave_data":{"state":"ACTIVE","mii_status":"UP","link_failure_count":3,"queue_id":2,"prio":0,"perm_hwaddr":"02:00:00:00:00:01"}}},
		{"ifname":"bond0","address":"02:00:00:00:00:01","flags":["UP"],"mtu":1500,"linkinfo":{"info_kind":"bond","info_data":`+masterData+`}}]`), &links))
	line, err := links[0].line(masterOf(links[0], links))
	require.NoError(t, err)
	return line
}

func TestSlaveIsPortrayedByWhatIsConfigured(t *testing.T) {
	assert.Equal(t, "link eth0 master=bond0 mtu=1500 up=true on= prio=0 queue_id=2 perm_hwaddr=02:00:00:00:00:01 null",
		slaveLine(t, `{"mode":"active-backup","fail_over_mac":"none"}`))
}

func TestLentAddressesAreComparedWithinABoot(t *testing.T) {
	of := func(boot, address string) []string { return []string{"link eth0", lentIn(boot) + "eth0 " + address} }
	assert.Empty(t, differing(withoutLent(of("one", "02:00:00:00:00:01"), of("one", "02:00:00:00:00:01"))))
	assert.NotEmpty(t, differing(withoutLent(of("one", "02:00:00:00:00:01"), of("one", "02:00:00:00:00:02"))))
	assert.Empty(t, differing(withoutLent(of("one", "02:00:00:00:00:01"), of("two", "02:00:00:00:00:02"))))
	assert.NotEmpty(t, differing(withoutLent([]string{"link eth0"}, of("one", "02:00:00:00:00:01"))))
}

func TestAddressesThatTheDriverMovesAreNotPortrayed(t *testing.T) {
	for _, data := range []string{`{"mode":"balance-alb"}`, `{"mode":"balance-tlb"}`, `{"mode":"active-backup","fail_over_mac":"follow"}`} {
		assert.NotContains(t, slaveLine(t, data), " address=", data)
	}
}

func TestLinksAndDirectoriesArePortrayed(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(file, []byte("text"), 0o600))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, os.Chmod(dir, 0o750))
	for path, part := range map[string]string{file: " -rw------- ", link: " -> " + file, dir: " drwxr-x--- "} {
		line, err := entryLine(path)
		require.NoError(t, err)
		assert.Contains(t, line, "file "+path+" ")
		assert.Contains(t, line, part)
	}
}
