# Monitoring by ARP takes an interval and targets.
bond "bond0" {
  mode         = "active-backup"
  arp_interval = 1000
# ^^^^^^^^^^^^ error: Missing option: arp_interval needs arp_ip_target or ns_ip6_target, and bond0 has none or 0. Set arp_ip_target or ns_ip6_target, or remove arp_interval.
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

bond "bond1" {
  mode          = "active-backup"
  miimon        = 100
  arp_ip_target = ["192.0.2.1"]
# ^^^^^^^^^^^^^ error: Missing option: arp_ip_target needs arp_interval, and bond1 has none or 0. Set arp_interval, or remove arp_ip_target.
  ns_ip6_target = ["2001:db8::1"]
# ^^^^^^^^^^^^^ error: Missing option: ns_ip6_target needs arp_interval, and bond1 has none or 0. Set arp_interval, or remove ns_ip6_target.
  slave "eth2" {}
  slave "eth3" {}
}

bond "bond2" {
#    ^^^^^^^ warning: No link monitoring: bond2 has neither miimon nor arp_interval: a slave that fails is not noticed, and traffic never moves to another. Set miimon = 100.
  mode         = "balance-xor"
#                ^^^^^^^^^^^^^ warning: Switch must be configured: balance-xor works only when the switch has the ports of bond2 as one static group.
  arp_validate = "active"
# ^^^^^^^^^^^^ error: Missing option: arp_validate needs arp_interval, and bond2 has none or 0. Set arp_interval, or remove arp_validate.
  slave "eth4" {}
  slave "eth5" {}
}

bond "bond3" {
  mode          = "802.3ad"
#                 ^^^^^^^^^ warning: Switch must be configured: 802.3ad works only when the switch has the ports of bond3 as one group that speaks LACP.
  arp_ip_target = ["192.0.2.1"]
# ^^^^^^^^^^^^^ error: Missing option: arp_ip_target needs arp_interval, and bond3 has none or 0. Mode 802.3ad does not accept arp_interval: remove arp_ip_target, or change the mode.
  slave "eth6" {}
  slave "eth7" {}
}

bond "bond4" {
  mode          = "active-backup"
  arp_interval  = 1000
# ^^^^^^^^^^^^ error: Missing option: arp_interval needs arp_ip_target or ns_ip6_target, and bond4 has none or 0. Set arp_ip_target or ns_ip6_target, or remove arp_interval.
  arp_ip_target = []
  slave "eth8" {}
  slave "eth9" {}
  vlan "5" {
    ipv4 { dhcp = true }
  }
}
