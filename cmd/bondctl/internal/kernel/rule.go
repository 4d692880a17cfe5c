package kernel

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Rules is what changes the rules by which tables are chosen.
type Rules interface {
	// AddRule fails with EEXIST where there is one like it.
	AddRule(Rule) error
	// RemoveRule fails with ENOENT where there is none like it.
	RemoveRule(Rule) error
}

var _ Rules = (*Host)(nil)

// AddRule implements [Rules].
func (h *Host) AddRule(r Rule) error { return h.rule("add", unix.RTM_NEWRULE, create, r) }

// RemoveRule implements [Rules].
func (h *Host) RemoveRule(r Rule) error { return h.rule("remove", unix.RTM_DELRULE, 0, r) }

func (h *Host) rule(verb string, kind, flags uint16, r Rule) error {
	what := fmt.Sprintf("%s the rule %d that leads to table %d", verb, r.Priority, r.Table)
	return h.change(what, kind, flags, encodeRule(r))
}

// encodeRule gives a struct fib_rule_hdr with its attributes.
func encodeRule(r Rule) []byte {
	msg := []byte{r.af(), bitsOf(r.To), bitsOf(r.From), 0, unix.RT_TABLE_UNSPEC, 0, 0, r.Action}
	msg = native.AppendUint32(msg, 0)
	msg = appendAttr(msg, unix.FRA_PRIORITY, native.AppendUint32(nil, r.Priority))
	msg = appendAttr(msg, unix.FRA_TABLE, native.AppendUint32(nil, r.Table))
	if r.From.IsValid() {
		msg = appendAttr(msg, unix.FRA_SRC, r.From.Addr().AsSlice())
	}
	if r.To.IsValid() {
		msg = appendAttr(msg, unix.FRA_DST, r.To.Addr().AsSlice())
	}
	if r.Incoming != "" {
		msg = appendAttr(msg, unix.FRA_IIFNAME, append([]byte(r.Incoming), 0))
	}
	if r.Outgoing != "" {
		msg = appendAttr(msg, unix.FRA_OIFNAME, append([]byte(r.Outgoing), 0))
	}
	if r.Mark != 0 || r.Mask != 0 {
		msg = appendAttr(msg, unix.FRA_FWMARK, native.AppendUint32(nil, r.Mark))
		msg = appendAttr(msg, unix.FRA_FWMASK, native.AppendUint32(nil, r.Mask))
	}
	if r.ButDefault {
		msg = appendAttr(msg, unix.FRA_SUPPRESS_PREFIXLEN, native.AppendUint32(nil, 0))
	}
	return msg
}

// af gives the address family of the rule.
func (r *Rule) af() byte { return afOf(r.Family.Default().Addr()) }

// bitsOf gives the length of a prefix, 0 where there is none.
func bitsOf(p netip.Prefix) byte { return byte(max(0, p.Bits())) } //nolint:gosec // 0 to 128
