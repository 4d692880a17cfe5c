# A rack's bonds from one table, by a dynamic block.
locals {
  bonds = {
    bond0 = { slaves = ["eth0", "eth1"], address = "192.0.2.10/24" }
    bond1 = { slaves = ["eth2", "eth3"], address = "198.51.100.10/24" }
    bond2 = { slaves = ["eth4", "eth5"], address = "203.0.113.10/24" }
  }
}

dynamic "bond" {
  for_each = local.bonds
  labels   = [bond.key]
  content {
    mode   = "802.3ad"
    miimon = 100

    dynamic "slave" {
      for_each = bond.value.slaves
      labels   = [slave.value]
      content {}
    }
    ipv4 { addresses = [bond.value.address] }
  }
}
