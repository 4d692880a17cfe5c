package resolvers

import (
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slow is a host that takes a second for each choice of resolvers, and fails the first
// times.
type slow struct {
	used  []string
	fails int
}

var errNoBus = errors.New("no bus")

func (s *slow) UseResolvers(link string, _ []netip.Addr, _ []string) error {
	time.Sleep(time.Second)
	s.used = append(s.used, link)
	if len(s.used) > s.fails {
		return nil
	}
	return errNoBus
}

// The loop never waits for resolvers: what comes too fast is left out but for the last.
func TestTheNewestResolversAreUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []error
		names := &slow{fails: 2}
		f := follow(names, func(err error) { said = append(said, err) })
		begun := time.Now()
		for _, link := range []string{"eth0", "eth1", "eth2", "eth3"} {
			require.NoError(t, f.UseResolvers(link, gsmServers, nil))
			synctest.Wait()
		}
		assert.Zero(t, time.Since(begun))
		require.NoError(t, f.Close())
		assert.Equal(t, []string{"eth0", "eth3"}, names.used)
		assert.Equal(t, []error{errNoBus, errNoBus}, said)
	})
}

// What others overwrite is put back.
func TestResolversOfARouteAreUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := &slow{}
		f := follow(names, func(error) {})
		require.NoError(t, f.UseResolvers("eth1", gsmServers, nil))
		time.Sleep(2*renewal + 5*time.Second)
		require.NoError(t, f.Close())
		assert.Equal(t, []string{"eth1", "eth1", "eth1"}, names.used)
	})
}

// The host gets its own resolvers back once that works, and is left alone then.
func TestTheHostsOwnResolversAreUsedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []error
		names := &slow{fails: 2}
		f := follow(names, func(err error) { said = append(said, err) })
		require.NoError(t, f.UseResolvers("", nil, nil))
		time.Sleep(time.Hour)
		require.NoError(t, f.Close())
		assert.Equal(t, []string{"", "", ""}, names.used)
		assert.Equal(t, []error{errNoBus, errNoBus, nil}, said)
	})
}
