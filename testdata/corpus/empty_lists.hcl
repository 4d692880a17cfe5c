# An empty list is a value too: what a fresh bond and a bare link begin with.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  arp_ip_target = []
  ns_ip6_target = []

  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = []
    dhcp      = true
  }
  dns {
    servers = []
    search  = []
  }
}
