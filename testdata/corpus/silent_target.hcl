# Behind a media converter the carrier says nothing: ask the router.
bond "bond0" {
  mode          = "active-backup"
  arp_interval  = 500
  arp_ip_target = ["192.0.2.1"]
  arp_validate  = "all"
  primary       = "eth0"

  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.50/24"]
    gateway   = "192.0.2.1"
  }
}
