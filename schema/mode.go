package schema

// Mode is a bonding mode, numbered as the driver numbers it
// (Documentation/networking/bonding.rst, "mode").
type Mode uint8

// The seven modes of the driver.
const (
	BalanceRR Mode = iota
	ActiveBackup
	BalanceXOR
	Broadcast
	Mode8023AD
	BalanceTLB
	BalanceALB
)

// Modes lists the seven modes in the driver's order.
func Modes() []Mode {
	return []Mode{BalanceRR, ActiveBackup, BalanceXOR, Broadcast, Mode8023AD, BalanceTLB, BalanceALB}
}

// String gives the driver's name of the mode.
func (m Mode) String() string { return modeChoices[m].Name }

// Doc says in one sentence what the mode does.
func (m Mode) Doc() string { return modeChoices[m].Doc }

// NeedsSwitch tells whether the ports of the switch must be configured as one
// group for the mode to work.
func (m Mode) NeedsSwitch() bool {
	return setOf(BalanceRR, BalanceXOR, Broadcast, Mode8023AD).Has(m)
}

var modeChoices = []Choice{
	{Name: "balance-rr", Number: 0, Doc: "sends packets over the slaves in turn; the switch must treat their ports as one group"},
	{Name: "active-backup", Number: 1, Doc: "uses one slave and moves to another when it fails; works with any switch, and the only mode for Wi-Fi"},
	{Name: "balance-xor", Number: 2, Doc: "picks the slave by a hash of the addresses; the switch must treat the ports as one group"},
	{Name: "broadcast", Number: 3, Doc: "sends every packet over all slaves"},
	{Name: "802.3ad", Number: 4, Doc: "negotiates a link aggregation group with the switch (LACP); the switch must run LACP too"},
	{Name: "balance-tlb", Number: 5, Doc: "spreads what is sent by load and receives on one slave; works with any switch"},
	{Name: "balance-alb", Number: 6, Doc: "spreads what is sent and, by ARP negotiation, what is received over IPv4; works with any switch"},
}

// ModeSet is a set of modes.
type ModeSet uint8

// AllModes has every mode.
const AllModes ModeSet = 1<<7 - 1

func setOf(modes ...Mode) ModeSet {
	var s ModeSet
	for _, m := range modes {
		s |= 1 << m
	}
	return s
}

// Has tells whether the set has the mode.
func (s ModeSet) Has(m Mode) bool { return s&(1<<m) != 0 }

// Modes lists the members in the driver's order.
func (s ModeSet) Modes() []Mode {
	var members []Mode
	for _, m := range Modes() {
		if s.Has(m) {
			members = append(members, m)
		}
	}
	return members
}

// String joins the names of the members: "active-backup, balance-tlb or balance-alb".
func (s ModeSet) String() string {
	names := make([]string, 0, len(modeChoices))
	for _, m := range s.Modes() {
		names = append(names, m.String())
	}
	return orList(names)
}
