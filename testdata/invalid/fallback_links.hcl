# Routes over links that cannot carry them.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  vlan "20" {
    ipv4 { dhcp = true }
  }
}

ppp "ppp0" {}

fallback "internet" {
  route "one" {
    interface = "bond1"
#               ^^^^^^^ error: Undeclared link: The document has no link "bond1". Did you mean "bond0"?
    gateway   = "192.0.2.1"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "two" {
    interface = "eth0"
#               ^^^^^^ error: Route over a slave: eth0 is a slave of bond0, which has the addresses and routes. Name bond0.
    gateway   = "192.0.2.1"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "three" {
    interface = "uplink"
#               ^^^^^^^^ error: Undeclared link: The document has no link "uplink". Declare it in a block such as ethernet, wifi or ppp.
    gateway   = "none"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "four" {
    interface = "bond0"
    gateway   = "auto"
#               ^^^^^^ error: Gateway is not learned: bond0 neither uses DHCP nor listens to router advertisements, and so never learns one. Set dhcp = true there, or give the gateway's address.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "five" {
    interface = "bond0"
    gateway   = "198.51.100.1"
#               ^^^^^^^^^^^^^^ error: Gateway outside every prefix: bond0 cannot reach 198.51.100.1: bond0 has only 192.0.2.0/24 on its link. Correct the gateway or the prefix length, or add route "198.51.100.1/32" {} before it.
    verify "icmp" { targets = ["198.51.100.2"] }
  }
  route "six" {
    interface = "bond0"
    gateway   = "none"
#               ^^^^^^ warning: No gateway on a shared link: Without a gateway every host is sought on bond0 itself, which works only point to point. Give the router's address, or auto.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "seven" {
    interface = "ppp0"
    gateway   = "auto"
#               ^^^^^^ error: Gateway is not learned: ppp0 neither uses DHCP nor listens to router advertisements, and so never learns one. Write gateway = "none" for a point-to-point link.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "eight" {
    interface = "bond0"
    gateway   = "192.0.2.10"
#               ^^^^^^^^^^^^ error: Gateway is this host: 192.0.2.10 is the address of bond0 on this host. Give that of the router.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "nine" {
    interface        = "bond0.20"
    gateway          = "auto"
    activate_timeout = "0s"
#                      ^^^^ error: Time of zero: activate_timeout must be longer than 0, or "nine" always fails. Write a time such as "60s".
  }
}
