# The modes in which links can be watched by ARP, with every option of that;
# and, where it lasts, for their carrier does not fail, a choice of active slave.
bond "bond0" {
  mode           = "balance-rr"
  arp_interval   = 300
  arp_ip_target  = ["192.0.2.1", "192.0.2.2"]
  ns_ip6_target  = ["2001:db8::1"]
  arp_validate   = "filter"
  arp_missed_max = 9

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  ipv6 { addresses = ["2001:db8::10/64"] }
}

bond "bond1" {
  mode            = "active-backup"
  arp_interval    = 300
  arp_ip_target   = ["198.51.100.1", "198.51.100.2"]
  ns_ip6_target   = ["2001:db8:1::1", "2001:db8:1::2"]
  arp_validate    = "all"
  arp_all_targets = "all"
  arp_missed_max  = 9

  slave "eth2" {}
  slave "eth3" {}
  ipv4 { addresses = ["198.51.100.10/24"] }
  ipv6 { addresses = ["2001:db8:1::10/64"] }
}

bond "bond2" {
  mode           = "balance-xor"
  arp_interval   = 300
  arp_ip_target  = ["203.0.113.1"]
  ns_ip6_target  = ["2001:db8:2::1"]
  arp_validate   = "backup"
  arp_missed_max = 9

  slave "eth4" {}
  slave "eth5" {}
  ipv4 { addresses = ["203.0.113.10/24"] }
  ipv6 { addresses = ["2001:db8:2::10/64"] }
}

bond "bond3" {
  mode           = "broadcast"
  arp_interval   = 300
  arp_ip_target  = ["10.3.0.1"]
  ns_ip6_target  = ["2001:db8:3::1"]
  arp_validate   = "all"
  arp_missed_max = 9

  slave "eth6" {}
  slave "eth7" {}
  ipv4 { addresses = ["10.3.0.10/24"] }
  ipv6 { addresses = ["2001:db8:3::10/64"] }
}

bond "bond4" {
  mode         = "balance-tlb"
  active_slave = "eth9"

  slave "eth8" {}
  slave "eth9" {}
  ipv4 { addresses = ["10.4.0.10/24"] }
}

bond "bond5" {
  mode         = "balance-alb"
  active_slave = "eth11"

  slave "eth10" {}
  slave "eth11" {}
  ipv4 { addresses = ["10.5.0.10/24"] }
}

bond "bond6" {
  mode         = "active-backup"
  miimon       = 100
  active_slave = "eth13"

  slave "eth12" {}
  slave "eth13" {}
  ipv4 { addresses = ["10.6.0.10/24"] }
}
