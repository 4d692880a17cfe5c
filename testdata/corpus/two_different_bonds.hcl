bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}

bond "uplink" {
  mode      = "802.3ad"
  miimon    = 100
  lacp_rate = "fast"
  slave "eth2" {}
  slave "eth3" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
