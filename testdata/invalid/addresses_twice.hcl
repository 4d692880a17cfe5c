# An address belongs to one link; link-local ones belong to each.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24", "192.0.2.10/25"] }
#                                      ^^^^^^^^^^^^^^^ error: Duplicate address: 192.0.2.10 is already an address of bond0, at test.hcl:7. Remove one of the two.
  ipv6 { addresses = ["fe80::1/64"] }
  vlan "5" {
    ipv4 { addresses = ["192.0.2.10/32"] }
#                       ^^^^^^^^^^^^^^^ error: Duplicate address: 192.0.2.10 is already an address of bond0, at test.hcl:7. Remove one of the two.
    ipv6 { addresses = ["fe80::1/64"] }
  }
}
