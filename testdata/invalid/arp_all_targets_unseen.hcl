# What is not validated is never up where all targets must answer.
bond "bond0" {
  mode            = "active-backup"
  arp_interval    = 500
  arp_ip_target   = ["192.0.2.1", "192.0.2.2"]
  arp_validate    = "active"
  arp_all_targets = "all"
# ^^^^^^^^^^^^^^^ error: Slaves that are never up: With arp_all_targets = all the driver looks only at answers that it validates, and arp_validate = active leaves slaves of bond0 out: they count as down. Set arp_validate = "all", or remove arp_all_targets.
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

bond "bond1" {
  mode            = "active-backup"
  arp_interval    = 500
  arp_ip_target   = ["198.51.100.1"]
  arp_all_targets = "all"
# ^^^^^^^^^^^^^^^ error: Slaves that are never up: With arp_all_targets = all the driver looks only at answers that it validates, and arp_validate = none leaves slaves of bond1 out: they count as down. Set arp_validate = "all", or remove arp_all_targets.
  slave "eth2" {}
  slave "eth3" {}
  ipv4 { addresses = ["198.51.100.10/24"] }
}
