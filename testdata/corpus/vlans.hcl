# A trunk: the bond itself has no address.
bond "bond0" {
  mode             = "802.3ad"
  miimon           = 100
  xmit_hash_policy = "layer2+3"

  slave "eth0" {}
  slave "eth1" {}

  vlan "20" {
    ipv4 {
      addresses = ["192.0.2.10/24"]
      gateway   = "192.0.2.1"
    }
  }
  vlan "4094" {
    mtu = 1400
    ipv4 { dhcp = true }
    ipv6 {}
  }
  vlan "30" {
    name = "storage"
    ipv4 { addresses = ["198.51.100.10/24"] }
  }
}

ethernet "eth9" {
  ipv4 { addresses = ["203.0.113.1/24"] }
  vlan "7" {
    ipv6 { addresses = ["2001:db8:7::1/64"] }
  }
}
