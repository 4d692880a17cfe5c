package apply_test

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/schema"
)

// bare is a host with an address on each of two links as NetworkManager sets them.
func bare(t *testing.T) *kerneltest.Fake {
	t.Helper()
	k := kerneltest.NewFake()
	k.AddHardware("eth0")
	k.AddHardware("eth1")
	for i, link := range []string{"eth0", "eth1"} {
		require.NoError(t, k.Up(link))
		prefix := netip.MustParsePrefix([]string{"192.0.2.10/24", "198.51.100.10/24"}[i])
		a := kernel.Address{Link: link, Prefix: prefix, Flags: unix.IFA_F_PERMANENT | unix.IFA_F_NOPREFIXROUTE}
		require.NoError(t, k.AddAddress(a))
		require.NoError(t, k.AddRoute(kernel.Route{To: prefix.Masked(), Link: link, Source: prefix.Addr(), Protocol: unix.RTPROT_KERNEL, Scope: unix.RT_SCOPE_LINK, Metric: 300}))
	}
	require.NoError(t, k.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1"), Link: "eth0", Source: netip.MustParseAddr("192.0.2.10"), Metric: 300}))
	return k
}

// The host has the address, a way to its network and one out all the time.
func TestAddressesBecomePlainWithoutAGap(t *testing.T) {
	k := bare(t)
	reads := func() {
		state := observed(t, k)
		assert.True(t, slices.ContainsFunc(state.Addresses, func(a kernel.Address) bool { return a.Prefix.Addr() == netip.MustParseAddr("192.0.2.10") }))
		for _, to := range []string{"192.0.2.0/24", "0.0.0.0/0"} {
			assert.True(t, slices.ContainsFunc(state.Routes, func(r kernel.Route) bool { return r.To.String() == to && r.Link == "eth0" }), to)
		}
	}
	k.Before(func(string) error { reads(); return nil })
	require.NoError(t, apply.Plain(k, []string{"eth0"}))
	reads()

	after := observed(t, k)
	flags := map[string]uint32{}
	for _, a := range after.Addresses {
		flags[a.Link+" "+a.Prefix.String()] = a.Flags
	}
	assert.Equal(t, map[string]uint32{"eth0 192.0.2.10/24": unix.IFA_F_PERMANENT, "eth1 198.51.100.10/24": unix.IFA_F_PERMANENT | unix.IFA_F_NOPREFIXROUTE}, flags)
	metrics := map[string][]uint32{}
	for _, r := range after.Routes {
		if r.To.Bits() == 24 {
			metrics[r.Link] = append(metrics[r.Link], r.Metric)
		}
	}
	assert.Equal(t, map[string][]uint32{"eth0": {0}, "eth1": {300}}, metrics, "the link that was not named is as it was")

	k.Before(func(what string) error { return errors.New(what) })
	assert.NoError(t, apply.Plain(k, []string{"eth0"}), "once more: nothing is left to do")
}
