package cli

import (
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slow is a host that takes a second for each choice of resolvers.
type slow struct {
	used []string
	err  error
}

func (s *slow) UseResolvers(link string, _ []netip.Addr, _ []string) error {
	time.Sleep(time.Second)
	s.used = append(s.used, link)
	return s.err
}

// The loop never waits for resolvers: what comes too fast is left out but for the last.
func TestTheNewestResolversAreUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []error
		names := &slow{err: errors.New("no bus")}
		h := newHostSide(nil, names, func(err error) { said = append(said, err) })
		begun := time.Now()
		for _, link := range []string{"eth0", "eth1", "eth2", "eth3"} {
			require.NoError(t, h.UseResolvers(link, nil, nil))
			synctest.Wait()
		}
		assert.Zero(t, time.Since(begun))
		require.NoError(t, h.close())
		assert.Equal(t, []string{"eth0", "eth3"}, names.used)
		assert.Equal(t, []error{names.err, names.err}, said)
	})
}
