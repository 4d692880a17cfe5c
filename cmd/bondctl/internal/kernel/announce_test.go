package kernel

import (
	"encoding/hex"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The packet of RFC 5227, section 2.3: sender and target are both the address.
func TestAnnouncementOfAnAddress(t *testing.T) {
	mac := net.HardwareAddr{0x02, 0, 0, 0, 0, 0x01}
	assert.Equal(t, "0001"+"0800"+"06"+"04"+"0001"+"020000000001"+"c000020a"+"000000000000"+"c000020a",
		hex.EncodeToString(announcement(netip.MustParseAddr("192.0.2.10"), mac)))
	var memory []byte
	assert.Equal(t, []byte{0x08, 0x06}, native.AppendUint16(memory, networkOrder(0x0806)))
}

// The packet of RFC 4861, section 4.4, with the address of the link as its option.
func TestAdvertisementOfAnAddress(t *testing.T) {
	mac := net.HardwareAddr{0x02, 0, 0, 0, 0, 0x01}
	addr := netip.MustParseAddr("2001:db8::10")
	const target = "20010db8000000000000000000000010"
	assert.Equal(t, "88000000"+"20000000"+target+"0201"+"020000000001", hex.EncodeToString(advertisement(addr, mac, override)))
	assert.Equal(t, "88000000"+"a0000000"+target+"0201"+"020000000001", hex.EncodeToString(advertisement(addr, mac, override|router)))
}

// The packet of RFC 4861, section 4.1, with the address of the link as its option.
func TestSolicitationOfRouters(t *testing.T) {
	assert.Equal(t, "85000000"+"00000000"+"0101"+"020000000001", hex.EncodeToString(solicitation(net.HardwareAddr{0x02, 0, 0, 0, 0, 0x01})))
}

// What cannot be announced is left to the neighbours to find out, and routers that
// cannot be asked advertise by themselves.
func TestAnnouncingIsOnlyACourtesy(t *testing.T) {
	for _, link := range []string{"no such link", "lo"} {
		assert.NotPanics(t, func() { announce(Address{Link: link, Prefix: netip.MustParsePrefix("192.0.2.10/24")}) })
		assert.NotPanics(t, func() { solicit(link) })
	}
}
