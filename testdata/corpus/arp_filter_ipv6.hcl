bond "bond0" {
  mode          = "active-backup"
  arp_interval  = "1s"
  arp_validate  = "filter_active"
  ns_ip6_target = ["2001:db8::1", "2001:db8::2"]

  slave "eth0" {}
  slave "eth1" {}
  ipv6 {
    addresses = ["2001:db8::50/64"]
    gateway   = "2001:db8::1"
  }
}
