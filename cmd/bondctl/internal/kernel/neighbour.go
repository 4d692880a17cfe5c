package kernel

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Warm has the kernel ask for the hardware address of a neighbour now, as
// `ip neigh add ADDR dev LINK use` does, and does not wait for the answer. One
// that is known already is confirmed. Otherwise the first packet to it waits for
// the answer, for a second more if the first question is lost.
func (h *Host) Warm(link string, gateway netip.Addr) error {
	what := fmt.Sprintf("look for the neighbour %s on %s", gateway, link)
	index, err := h.index(link)
	if err != nil {
		return about(what, err)
	}
	return h.change(what, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE, encodeUse(gateway, index))
}

// encodeUse gives a struct ndmsg with its attribute.
func encodeUse(neighbour netip.Addr, index uint32) []byte {
	msg := []byte{afOf(neighbour), 0, 0, 0}
	msg = native.AppendUint32(msg, index)
	msg = append(msg, 0, 0, unix.NTF_USE, 0)
	return appendAttr(msg, unix.NDA_DST, neighbour.AsSlice())
}
