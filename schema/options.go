package schema

import "math"

// Sets of modes that many rows share, by what the driver does in them.
var (
	modesARP      = setOf(BalanceRR, ActiveBackup, BalanceXOR, Broadcast) // ARP monitoring is possible
	modesOneFirst = setOf(ActiveBackup, BalanceTLB, BalanceALB)           // one slave is the active one
	modesBalance  = setOf(BalanceTLB, BalanceALB)
	modesLACP     = setOf(Mode8023AD)
	modesBackup   = setOf(ActiveBackup)
)

// intMax is the largest value of the driver's integer options.
const intMax = math.MaxInt32

// word is the plain case: the vocabulary can say everything under that name.
func word(name string) Word { return Word{Name: name} }

// lostZero is what NetworkManager 1.42 and 1.52 do to some zeros, in its own
// files and in ifcfg files; network-scripts would set them.
const lostZero = "NetworkManager takes 0 for its own default, and the driver then keeps 1"

// options is the option table. The order is that in which bond_changelink()
// in drivers/net/bonding/bond_netlink.c processes one message's attributes.
var options = []*Option{
	{
		Name: "mode",
		Doc:  "How packets are spread over the slaves, and what happens when one fails.",
		Kind: Enum, Choices: modeChoices, Default: "balance-rr",
		Modes: AllModes, Effective: AllModes,
		Change: EmptyDown, Attr: 1, Width: U8,
		Words: Words{
			Ifenslave: word("bond-mode"), Ifupdown2: word("bond-mode"), IPRoute2: word("mode"), BondingOpts: word("mode"), Module: word("mode"),
			Netplan: word("mode"), NetworkManager: word("mode"), Networkd: word("Mode"),
		},
	},
	{
		Name: ActiveSlave,
		Doc:  "The slave that carries traffic now; a momentary choice that the next failure overrules. For a lasting preference use primary.",
		Kind: LinkName, Modes: modesOneFirst, Effective: modesOneFirst,
		Change: Live, Attr: 2, Width: Ifindex,
		Words: Words{
			Ifenslave:      Word{Why: "ifenslave writes bond-active-slave before a slave is there, which the driver refuses"},
			IPRoute2:       word("active_slave"),
			BondingOpts:    Word{Why: "BONDING_OPTS are written before a slave is there, which the driver refuses"},
			NetworkManager: Word{Why: "NetworkManager takes active_slave for primary"},
			Networkd:       Word{Name: "ActiveSlave", OnSlave: true},
		},
	},
	{
		Name: "miimon",
		Doc:  "How often the carrier of each slave is looked at; 0 turns this monitoring off, and failures are then not noticed unless arp_interval is set.",
		Kind: Number, Unit: Milliseconds, Max: intMax, Default: "0", ModeDefault: ModeDefault{Modes: setOf(Mode8023AD, BalanceTLB, BalanceALB), Value: "100"},
		Modes: AllModes, Effective: AllModes, Excludes: []string{"arp_interval", "arp_validate"},
		Change: Live, Attr: 3, Width: U32,
		Words: Words{
			Ifenslave: word("bond-miimon"), Ifupdown2: word("bond-miimon"), IPRoute2: word("miimon"), BondingOpts: word("miimon"), Module: word("miimon"),
			Netplan:        Word{Name: "mii-monitor-interval", NoZero: true, Why: "netplan hands it to systemd-networkd, which does not send MIIMonitorSec=0, and the driver then keeps its own default"},
			NetworkManager: word("miimon"),
			Networkd:       Word{Name: "MIIMonitorSec", NoZero: true, Why: "systemd-networkd does not send MIIMonitorSec=0, and the driver then keeps its own default"},
		},
	},
	{
		Name: "updelay",
		Doc:  "How long a slave's carrier must be back before the slave is used again; rounded down to a multiple of miimon, and ignored while no slave is active.",
		Kind: Number, Unit: Milliseconds, Max: intMax, Default: "0",
		Modes: AllModes, Effective: AllModes, Requires: []string{"miimon"}, MultipleOf: "miimon",
		Change: Live, Attr: 4, Width: U32,
		Words: Words{
			Ifenslave: word("bond-updelay"), Ifupdown2: word("bond-updelay"), IPRoute2: word("updelay"), BondingOpts: word("updelay"), Module: word("updelay"),
			Netplan: word("up-delay"), NetworkManager: word("updelay"), Networkd: word("UpDelaySec"),
		},
	},
	{
		Name: "downdelay",
		Doc:  "How long a slave's carrier must be gone before the slave is given up; rounded down to a multiple of miimon.",
		Kind: Number, Unit: Milliseconds, Max: intMax, Default: "0",
		Modes: AllModes, Effective: AllModes, Requires: []string{"miimon"}, MultipleOf: "miimon",
		Change: Live, Attr: 5, Width: U32,
		Words: Words{
			Ifenslave: word("bond-downdelay"), Ifupdown2: word("bond-downdelay"), IPRoute2: word("downdelay"), BondingOpts: word("downdelay"), Module: word("downdelay"),
			Netplan: word("down-delay"), NetworkManager: word("downdelay"), Networkd: word("DownDelaySec"),
		},
	},
	{
		Name: "peer_notif_delay",
		Doc:  "The time between two announcements (gratuitous ARP, unsolicited neighbour advertisements) after a failover; a multiple of miimon, 0 for every monitoring tick.",
		Kind: Number, Unit: Milliseconds, Max: 300000, Default: "0",
		Modes: AllModes, Effective: modesBackup, Requires: []string{"miimon"}, MultipleOf: "miimon", WholeTicks: true,
		Change: Live, Attr: 28, Width: U32, Kernel: "5.3",
		Words: Words{
			IPRoute2: word("peer_notify_delay"), BondingOpts: word("peer_notif_delay"),
			NetworkManager: Word{Name: "peer_notif_delay", Since: "NetworkManager 1.32"},
			Networkd:       Word{Name: "PeerNotifyDelaySec", Since: "systemd 256"},
		},
	},
	{
		Name: "use_carrier",
		Doc:  "Whether miimon asks the driver's carrier state (1) or the old MII and ethtool ioctls (0). Kernels from 7.2 on refuse 0, and older ones can hang with it.",
		Kind: Flag, Max: 1, Default: "1", Modes: AllModes, Effective: AllModes,
		Change: Live, Attr: 6, Width: U8,
		Words: Words{
			Ifenslave: word("bond-use-carrier"), Ifupdown2: word("bond-use-carrier"), IPRoute2: word("use_carrier"), BondingOpts: word("use_carrier"), Module: word("use_carrier"),
			NetworkManager: word("use_carrier"),
		},
	},
	{
		Name: "arp_interval",
		Doc:  "How often ARP requests (or neighbour solicitations) go to the targets to see whether a slave carries traffic; 0 turns this monitoring off.",
		Kind: Number, Unit: Milliseconds, Max: intMax, Default: "0",
		Modes: modesARP, Effective: modesARP, Excludes: []string{"miimon"}, Requires: []string{"arp_ip_target", "ns_ip6_target"},
		Change: Live, Attr: 7, Width: U32,
		Words: Words{
			Ifenslave: word("bond-arp-interval"), IPRoute2: word("arp_interval"), BondingOpts: word("arp_interval"), Module: word("arp_interval"),
			Netplan: word("arp-interval"), NetworkManager: word("arp_interval"), Networkd: word("ARPIntervalSec"),
		},
	},
	{
		Name: "arp_ip_target",
		Doc:  "The IPv4 addresses that arp_interval probes, 16 at most.",
		Kind: IPv4List, MaxItems: 16, Modes: AllModes, Effective: modesARP, Requires: []string{"arp_interval"},
		Change: Live, Attr: 8, Width: NestedIPv4,
		Words: Words{
			Ifenslave: word("bond-arp-ip-target"), IPRoute2: word("arp_ip_target"), BondingOpts: word("arp_ip_target"), Module: word("arp_ip_target"),
			Netplan: Word{Name: "arp-ip-targets", Empty: true}, NetworkManager: word("arp_ip_target"), Networkd: Word{Name: "ARPIPTargets", Empty: true},
		},
	},
	{
		Name: "ns_ip6_target",
		Doc:  "The IPv6 addresses that arp_interval probes by neighbour solicitation, 16 at most.",
		Kind: IPv6List, MaxItems: 16, Modes: AllModes, Effective: modesARP, Requires: []string{"arp_interval"},
		Change: Live, Attr: 31, Width: NestedIPv6, NoSysfs: true, Kernel: "5.18",
		Words: Words{
			IPRoute2:       word("ns_ip6_target"),
			BondingOpts:    Word{Name: "ns_ip6_target", Since: "NetworkManager 1.44", Why: "network-scripts cannot set it, for it has no file in sysfs"},
			NetworkManager: Word{Name: "ns_ip6_target", Since: "NetworkManager 1.44"},
		},
	},
	{
		Name: "arp_validate",
		Doc:  "Which slaves must receive ARP answers that belong to the targets to count as up, rather than any packet; filter also ignores other traffic.",
		Kind: Enum, Default: "none", ResetByMode: true, Choices: []Choice{
			{Name: "none", Number: 0, Doc: "any received packet counts"},
			{Name: "active", Number: 1, Doc: "the active slave is validated"},
			{Name: "backup", Number: 2, Doc: "the backup slaves are validated"},
			{Name: "all", Number: 3, Doc: "all slaves are validated"},
			{Name: "filter", Number: 4, Doc: "only ARP counts on all slaves, none is validated"},
			{Name: "filter_active", Number: 5, Doc: "only ARP counts, the active slave is validated"},
			{Name: "filter_backup", Number: 6, Doc: "only ARP counts, the backup slaves are validated"},
		},
		Modes: modesARP, Effective: modesARP, Excludes: []string{"miimon"}, Requires: []string{"arp_interval"},
		Change: Live, Attr: 9, Width: U32,
		Words: Words{
			Ifenslave: word("bond-arp-validate"), IPRoute2: word("arp_validate"), BondingOpts: word("arp_validate"), Module: word("arp_validate"),
			Netplan:        Word{Name: "arp-validate", Only: []string{"none", "active", "backup", "all"}},
			NetworkManager: word("arp_validate"),
			Networkd:       Word{Name: "ARPValidate", Only: []string{"none", "active", "backup", "all"}},
		},
	},
	{
		Name: "arp_all_targets",
		Doc:  "Whether a slave is up while any target answers, or only while all do; all needs arp_validate = all, for without that the driver sees no answers.",
		Kind: Enum, Default: "any", Choices: []Choice{
			{Name: "any", Number: 0, Doc: "one answering target is enough"},
			{Name: "all", Number: 1, Doc: "every target must answer"},
		},
		Modes: AllModes, Effective: modesBackup, UselessWithout: []string{"arp_interval"},
		Change: Live, Attr: 10, Width: U32,
		Words: Words{
			IPRoute2: word("arp_all_targets"), BondingOpts: word("arp_all_targets"), Module: word("arp_all_targets"),
			Netplan: word("arp-all-targets"), NetworkManager: word("arp_all_targets"), Networkd: word("ARPAllTargets"),
		},
	},
	{
		Name: "primary",
		Doc:  "The slave that is used whenever it is up; the others wait for its failure.",
		Kind: LinkName, Modes: modesOneFirst, Effective: modesOneFirst,
		Change: Live, Attr: 11, Width: Ifindex,
		Words: Words{
			Ifenslave: word("bond-primary"), Ifupdown2: word("bond-primary"), IPRoute2: word("primary"), BondingOpts: word("primary"), Module: word("primary"),
			Netplan: word("primary"), NetworkManager: word("primary"), Networkd: Word{Name: "PrimarySlave", OnSlave: true},
		},
	},
	{
		Name: "primary_reselect",
		Doc:  "When a primary that came back is used again.",
		Kind: Enum, Default: "always", Choices: []Choice{
			{Name: "always", Number: 0, Doc: "as soon as it is up"},
			{Name: "better", Number: 1, Doc: "when it is faster than the active slave, or as fast with a better duplex"},
			{Name: "failure", Number: 2, Doc: "only when the active slave fails"},
		},
		Modes: AllModes, Effective: modesOneFirst, UselessWithout: []string{"primary"},
		Change: Live, Attr: 12, Width: U8,
		Words: Words{
			Ifenslave: word("bond-primary-reselect"), Ifupdown2: word("bond-primary-reselect"), IPRoute2: word("primary_reselect"), BondingOpts: word("primary_reselect"), Module: word("primary_reselect"),
			Netplan: word("primary-reselect-policy"), NetworkManager: word("primary_reselect"), Networkd: word("PrimaryReselectPolicy"),
		},
	},
	{
		Name: "fail_over_mac",
		Doc:  "Whose Ethernet address the bond has in active-backup: one shared by all slaves, or that of the active slave. Wi-Fi needs active.",
		Kind: Enum, Default: "none", Choices: []Choice{
			{Name: "none", Number: 0, Doc: "all slaves take the bond's address when they are enslaved"},
			{Name: "active", Number: 1, Doc: "slaves keep theirs, and the bond takes that of the active slave"},
			{Name: "follow", Number: 2, Doc: "the bond's address moves to the slave that becomes active"},
		},
		Modes: AllModes, Effective: modesBackup,
		Change: Empty, Attr: 13, Width: U8,
		Words: Words{
			Ifenslave: word("bond-fail-over-mac"), IPRoute2: word("fail_over_mac"), BondingOpts: word("fail_over_mac"), Module: word("fail_over_mac"),
			Netplan: word("fail-over-mac-policy"), NetworkManager: word("fail_over_mac"), Networkd: word("FailOverMACPolicy"),
		},
	},
	{
		Name: "xmit_hash_policy",
		Doc:  "What the hash that picks the sending slave is made of.",
		Kind: Enum, Default: "layer2", Choices: []Choice{
			{Name: "layer2", Number: 0, Doc: "Ethernet addresses and packet type"},
			{Name: "layer3+4", Number: 1, Doc: "IP addresses and ports; not strictly 802.3ad compliant"},
			{Name: "layer2+3", Number: 2, Doc: "Ethernet and IP addresses"},
			{Name: "encap2+3", Number: 3, Doc: "as layer2+3, of the packet inside a tunnel"},
			{Name: "encap3+4", Number: 4, Doc: "as layer3+4, of the packet inside a tunnel"},
			{Name: "vlan+srcmac", Number: 5, Doc: "VLAN number and source Ethernet address", Kernel: "5.12"},
		},
		Modes: AllModes, Effective: setOf(BalanceXOR, Mode8023AD, BalanceTLB, BalanceALB),
		Change: Live, Attr: 14, Width: U8,
		Words: Words{
			Ifenslave: word("bond-xmit-hash-policy"), Ifupdown2: word("bond-xmit-hash-policy"), IPRoute2: word("xmit_hash_policy"), BondingOpts: word("xmit_hash_policy"), Module: word("xmit_hash_policy"),
			Netplan:        Word{Name: "transmit-hash-policy", Only: []string{"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"}},
			NetworkManager: word("xmit_hash_policy"),
			Networkd:       Word{Name: "TransmitHashPolicy", Only: []string{"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"}},
		},
	},
	{
		Name: "resend_igmp",
		Doc:  "How many IGMP membership reports follow a failover, 200 ms apart; 0 for none.",
		Kind: Number, Max: 255, Default: "1",
		Modes: AllModes, Effective: setOf(BalanceRR, ActiveBackup, BalanceTLB, BalanceALB),
		Change: Live, Attr: 15, Width: U32,
		Words: Words{
			IPRoute2: word("resend_igmp"), BondingOpts: word("resend_igmp"), Module: word("resend_igmp"),
			Netplan: Word{Name: "resend-igmp", NoZero: true}, NetworkManager: word("resend_igmp"), Networkd: word("ResendIGMP"),
		},
	},
	{
		Name: "num_grat_arp",
		Doc:  "How many announcements (gratuitous ARP and unsolicited neighbour advertisements) follow a failover; 0 for none. The driver keeps one number for this and num_unsol_na.",
		Kind: Number, Max: 255, Default: "1", Modes: AllModes, Effective: modesBackup,
		Change: Live, Attr: 16, Width: U8,
		Words: Words{
			Ifenslave: word("bond-num-grat-arp"), Ifupdown2: word("bond-num-grat-arp"), IPRoute2: word("num_grat_arp"), BondingOpts: Word{Name: "num_grat_arp", NoZero: true, Why: lostZero}, Module: word("num_grat_arp"),
			Netplan: Word{Name: "gratuitous-arp", NoZero: true}, NetworkManager: Word{Name: "num_grat_arp", NoZero: true, Why: lostZero}, Networkd: word("GratuitousARP"),
		},
	},
	{
		Name: "num_unsol_na",
		Doc:  "The other name of num_grat_arp: one number serves both.",
		Kind: Number, Max: 255, Default: "1", Modes: AllModes, Effective: modesBackup, Alias: "num_grat_arp",
		Change: Live, Attr: 16, Width: U8,
		Words: Words{
			Ifenslave: word("bond-num-unsol-na"), Ifupdown2: word("bond-num-unsol-na"), IPRoute2: word("num_unsol_na"), BondingOpts: Word{Name: "num_unsol_na", NoZero: true, Why: lostZero}, Module: word("num_unsol_na"),
			NetworkManager: Word{Name: "num_unsol_na", NoZero: true, Why: lostZero},
		},
	},
	{
		Name: "all_slaves_active",
		Doc:  "Whether packets that arrive on a backup slave are delivered (1) or dropped as duplicates (0).",
		Kind: Flag, Max: 1, Default: "0", Modes: AllModes, Effective: AllModes,
		Change: Live, Attr: 17, Width: U8,
		Words: Words{
			IPRoute2: word("all_slaves_active"), BondingOpts: word("all_slaves_active"), Module: word("all_slaves_active"),
			Netplan: Word{Name: "all-slaves-active", NoZero: true}, NetworkManager: word("all_slaves_active"), Networkd: word("AllSlavesActive"),
		},
	},
	{
		Name: "min_links",
		Doc:  "How many slaves must be up for the bond to have carrier; 0 and 1 mean the same.",
		Kind: Number, Max: intMax, Default: "0", Modes: AllModes, Effective: modesLACP,
		Change: Live, Attr: 18, Width: U32,
		Words: Words{
			IPRoute2: word("min_links"), BondingOpts: word("min_links"), Module: word("min_links"),
			Netplan: Word{Name: "min-links", NoZero: true}, NetworkManager: word("min_links"),
			Networkd: Word{Name: "MinLinks", NoZero: true, Why: "systemd-networkd does not send MinLinks=0"},
		},
	},
	{
		Name: "lp_interval",
		Doc:  "How often a slave sends learning packets to its switch.",
		Kind: Number, Unit: Seconds, Min: 1, Max: intMax, Default: "1", Modes: AllModes, Effective: modesBalance,
		Change: Live, Attr: 19, Width: U32,
		Words: Words{
			IPRoute2: word("lp_interval"), BondingOpts: word("lp_interval"), Module: word("lp_interval"),
			Netplan:        Word{Name: "learn-packet-interval", Only: []string{}, Why: "netplan hands it to systemd-networkd, which sends it only together with ARPIntervalSec"},
			NetworkManager: word("lp_interval"),
			Networkd:       Word{Name: "LearnPacketIntervalSec", Only: []string{}, Why: "systemd-networkd sends LearnPacketIntervalSec only together with ARPIntervalSec, which balance-tlb and balance-alb forbid"},
		},
	},
	{
		Name: "packets_per_slave",
		Doc:  "How many packets go over one slave before the next one's turn; 0 picks a slave at random.",
		Kind: Number, Max: 65535, Default: "1", Modes: setOf(BalanceRR), Effective: setOf(BalanceRR),
		Change: Live, Attr: 20, Width: U32,
		Words: Words{
			Ifenslave: word("bond-packets-per-slave"), IPRoute2: word("packets_per_slave"), BondingOpts: Word{Name: "packets_per_slave", NoZero: true, Why: lostZero}, Module: word("packets_per_slave"),
			Netplan: Word{Name: "packets-per-slave", NoZero: true}, NetworkManager: Word{Name: "packets_per_slave", NoZero: true, Why: lostZero}, Networkd: word("PacketsPerSlave"),
		},
	},
	{
		Name: "lacp_active",
		Doc:  "Whether LACPDUs are sent periodically (on) or only in answer to the partner (off).",
		Kind: Enum, Default: "on", Choices: []Choice{
			{Name: "off", Number: 0, Doc: "speaks when spoken to"},
			{Name: "on", Number: 1, Doc: "sends at lacp_rate"},
		},
		Modes: modesLACP, Effective: modesLACP,
		Change: Down, Attr: 29, Width: U8, Kernel: "5.15",
		Words: Words{
			IPRoute2: word("lacp_active"), BondingOpts: Word{Name: "lacp_active", Since: "NetworkManager 1.44"},
			NetworkManager: Word{Name: "lacp_active", Since: "NetworkManager 1.44"},
		},
	},
	{
		Name: "lacp_rate",
		Doc:  "How often the partner is asked to send LACPDUs; with fast a lost partner is noticed after 3 s, with slow after 90 s.",
		Kind: Enum, Default: "slow", Choices: []Choice{
			{Name: "slow", Number: 0, Doc: "every 30 s"},
			{Name: "fast", Number: 1, Doc: "every second"},
		},
		Modes: modesLACP, Effective: modesLACP,
		Change: Down, Attr: 21, Width: U8,
		Words: Words{
			Ifenslave: word("bond-lacp-rate"), Ifupdown2: word("bond-lacp-rate"), IPRoute2: word("lacp_rate"), BondingOpts: word("lacp_rate"), Module: word("lacp_rate"),
			Netplan: word("lacp-rate"), NetworkManager: word("lacp_rate"), Networkd: word("LACPTransmitRate"),
		},
	},
	{
		Name: "ad_select",
		Doc:  "How the aggregator that carries traffic is chosen.",
		Kind: Enum, Default: "stable", Choices: []Choice{
			{Name: "stable", Number: 0, Doc: "largest bandwidth, chosen anew only when all its slaves fail"},
			{Name: "bandwidth", Number: 1, Doc: "largest bandwidth, chosen anew at every change of slaves"},
			{Name: "count", Number: 2, Doc: "most slaves, chosen anew at every change of slaves"},
			{Name: "actor_port_prio", Number: 3, Doc: "highest total of actor_port_prio, chosen anew at every change of slaves", Kernel: "6.18"},
		},
		Modes: AllModes, Effective: modesLACP,
		Change: Down, Attr: 22, Width: U8,
		Words: Words{
			Ifenslave: word("bond-ad-select"), IPRoute2: word("ad_select"), Module: word("ad_select"),
			BondingOpts:    Word{Name: "ad_select", Only: []string{"stable", "bandwidth", "count"}, Why: "NetworkManager knows only stable, bandwidth and count"},
			Netplan:        Word{Name: "ad-select", Only: []string{"stable", "bandwidth", "count"}},
			NetworkManager: Word{Name: "ad_select", Only: []string{"stable", "bandwidth", "count"}},
			Networkd:       Word{Name: "AdSelect", Only: []string{"stable", "bandwidth", "count"}},
		},
	},
	{
		Name: "ad_actor_sys_prio",
		Doc:  "The priority of this system in the negotiation; the lower number decides which side chooses.",
		Kind: Number, Min: 1, Max: 65535, Default: "65535", Modes: modesLACP, Effective: modesLACP,
		Change: Live, Attr: 24, Width: U16,
		Words: Words{
			IPRoute2: word("ad_actor_sys_prio"), BondingOpts: word("ad_actor_sys_prio"),
			NetworkManager: word("ad_actor_sys_prio"), Networkd: word("AdActorSystemPriority"),
		},
	},
	{
		Name: "ad_user_port_key",
		Doc:  "The upper ten bits of the port key that LACPDUs carry.",
		Kind: Number, Max: 1023, Default: "0", Modes: modesLACP, Effective: modesLACP,
		Change: Down, Attr: 25, Width: U16,
		Words: Words{
			IPRoute2: word("ad_user_port_key"), BondingOpts: word("ad_user_port_key"),
			NetworkManager: word("ad_user_port_key"),
			Networkd:       Word{Name: "AdUserPortKey", NoZero: true, Why: "systemd-networkd does not send AdUserPortKey=0"},
		},
	},
	{
		Name: "ad_actor_system",
		Doc:  "The system address that LACPDUs carry; all zero for the bond's own.",
		Kind: MACKind, Default: "00:00:00:00:00:00", Modes: modesLACP, Effective: modesLACP,
		Change: Live, Attr: 26, Width: SixBytesMAC,
		Words: Words{
			IPRoute2: word("ad_actor_system"), BondingOpts: word("ad_actor_system"), NetworkManager: word("ad_actor_system"),
			Networkd: Word{Name: "AdActorSystem", NoZero: true},
		},
	},
	{
		Name: "tlb_dynamic_lb",
		Doc:  "Whether balance-tlb moves flows between slaves by load (1) or spreads them by xmit_hash_policy (0). Setting the mode balance-alb sets it to 1.",
		Kind: Flag, Max: 1, Default: "1", Modes: modesBalance, Effective: modesBalance,
		Change: Down, Attr: 27, Width: U8,
		Words: Words{
			Ifenslave: word("bond-tlb-dynamic-lb"), IPRoute2: word("tlb_dynamic_lb"), BondingOpts: word("tlb_dynamic_lb"),
			NetworkManager: word("tlb_dynamic_lb"), Networkd: word("DynamicTransmitLoadBalancing"),
		},
	},
	{
		Name: "arp_missed_max",
		Doc:  "How many unanswered probes in a row make a slave down.",
		Kind: Number, Min: 1, Max: 255, Default: "2", Modes: modesARP, Effective: modesARP, UselessWithout: []string{"arp_interval"},
		Change: Live, Attr: 30, Width: U8, Kernel: "5.17",
		Words: Words{
			IPRoute2: word("arp_missed_max"), BondingOpts: Word{Name: "arp_missed_max", Since: "NetworkManager 1.44"},
			NetworkManager: Word{Name: "arp_missed_max", Since: "NetworkManager 1.44"}, Networkd: Word{Name: "ARPMissedMax", Since: "systemd 256"},
		},
	},
	{
		Name: "coupled_control",
		Doc:  "Whether the LACP state machine joins collecting and distributing into one step (1) or takes them apart (0).",
		Kind: Flag, Max: 1, Default: "1", Modes: modesLACP, Effective: modesLACP,
		Change: Down, Attr: 32, Width: U8, NoSysfs: true, Kernel: "6.9",
		Words: Words{IPRoute2: Word{Name: "coupled_control", OnOff: true, Since: "iproute2 6.9"}},
	},
	{
		Name: "broadcast_neighbor",
		Doc:  "Whether ARP and neighbour discovery go out over all slaves of an 802.3ad bond, for two switches without a shared control plane.",
		Kind: Flag, Max: 1, Default: "0", ResetByMode: true, Modes: modesLACP, Effective: modesLACP,
		Change: Live, Attr: 33, Width: U8, NoSysfs: true, Kernel: "6.17",
		Words: Words{IPRoute2: Word{Name: "broadcast_neighbor", OnOff: true, Since: "iproute2 6.17"}},
	},
	{
		Name: "lacp_strict",
		Doc:  "Whether the bond loses its carrier while no slave has a partner that takes traffic.",
		Kind: Enum, Default: "off", Choices: []Choice{
			{Name: "off", Number: 0, Doc: "carrier follows that of the slaves and min_links"},
			{Name: "on", Number: 1, Doc: "no carrier unless a slave collects and distributes"},
		},
		Modes: modesLACP, Effective: modesLACP,
		Change: Live, Attr: 34, Width: U8, NoSysfs: true, Kernel: "7.2",
		Words: Words{IPRoute2: Word{Why: "no released iproute2 has a word for it yet"}},
	},
	{
		Name: "tx_queues",
		Doc:  "How many transmit queues the bond is made with; queue_id of its slaves cannot be larger.",
		Kind: Number, Min: 1, Max: 255, Default: "16", Modes: AllModes, Effective: AllModes,
		Change: Creation,
		Words:  Words{IPRoute2: word("numtxqueues"), Module: word("tx_queues")},
	},
	{
		Name: "queue_id", Scope: SlaveScope,
		Doc:  "The transmit queue of the bond whose traffic this slave carries; 0 for none.",
		Kind: Number, Max: 255, Default: "0", Modes: AllModes, Effective: AllModes,
		Change: Live, Attr: 5, Width: U16,
		Words: Words{
			Ifenslave:      Word{Why: "ifenslave writes bond-queue-id to a file that the driver does not have"},
			IPRoute2:       word("queue_id"),
			BondingOpts:    Word{Name: "BOND_PORT_QUEUE_ID", Since: "NetworkManager 1.34", Why: "network-scripts do not know it"},
			NetworkManager: Word{Name: "queue-id", Since: "NetworkManager 1.34"},
		},
	},
	{
		Name: "prio", Scope: SlaveScope,
		Doc:  "Which slave becomes active when several could: the highest number. Without effect while a primary is set.",
		Kind: Number, Min: math.MinInt32, Max: intMax, Default: "0", Modes: modesOneFirst, Effective: modesOneFirst,
		Change: Live, Attr: 9, Width: S32, NoSysfs: true, Kernel: "6.0",
		Words: Words{
			IPRoute2:       word("prio"),
			BondingOpts:    Word{Name: "BOND_PORT_PRIO", Since: "NetworkManager 1.44", Why: "network-scripts do not know it"},
			NetworkManager: Word{Name: "prio", Since: "NetworkManager 1.44"},
		},
	},
	{
		Name: "actor_port_prio", Scope: SlaveScope,
		Doc:  "The priority of the slave's port in LACPDUs; the lower number is preferred by the partner.",
		Kind: Number, Max: 65535, Default: "255", Modes: modesLACP, Effective: modesLACP,
		Change: Live, Attr: 10, Width: U16, NoSysfs: true, Kernel: "6.18",
		Words: Words{IPRoute2: Word{Name: "actor_port_prio", Since: "iproute2 6.18"}},
	},
	{
		Name: "max_bonds", Scope: ModuleScope,
		Doc:  "How many bonds the module makes by itself when it is loaded, named bond0, bond1 and so on. bondctl writes it; a document cannot set it.",
		Kind: Number, Max: intMax, Default: "1", Modes: AllModes, Effective: AllModes,
		Change: Creation,
		Words:  Words{Module: word("max_bonds")},
	},
}
