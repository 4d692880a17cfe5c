# Carrier tells nothing behind a media converter: ask the routers.
bond "bond0" {
  mode            = "active-backup"
  arp_interval    = 200
  arp_ip_target   = ["192.0.2.1", "192.0.2.10"]
  arp_validate    = "all"
  arp_all_targets = "all"
  arp_missed_max  = 3

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.50/24"] }
}
