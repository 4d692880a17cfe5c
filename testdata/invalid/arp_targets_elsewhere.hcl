# Nobody answers ARP from behind a router.
bond "bond0" {
  mode          = "active-backup"
  arp_interval  = 1000
  arp_ip_target = ["192.0.2.1", "8.8.8.8", "198.51.100.1", "203.0.113.1"]
#                               ^^^^^^^^^ warning: Target is not on the link: bond0 has no address in the subnet of 8.8.8.8: a host behind a router does not answer ARP, and all slaves go down. Name the router.
  ns_ip6_target = ["fe80::1", "2001:db8::1"]
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  ipv6 {
    addresses = ["2001:db8:1::10/64"]
    accept_ra = false
  }
  vlan "5" {
    ipv4 { addresses = ["198.51.100.10/24"] }
  }
  route "203.0.113.0/24" {}
}

# What a lease will bring nobody knows.
bond "bond1" {
  mode          = "active-backup"
  arp_interval  = 1000
  arp_ip_target = ["8.8.8.8", "0.0.0.0"]
#                             ^^^^^^^^^ error: Unsuitable target: The driver refuses 0.0.0.0 in arp_ip_target. Name a host on the bond's own subnet, such as its router.
  slave "eth2" {}
  slave "eth3" {}
  ipv4 { dhcp = true }
}
