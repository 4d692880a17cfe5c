bond "bond0" {
  mode        = "balance-alb"
  mtu         = 1500
  mac_address = "02:00:00:00:00:01"
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  vlan "5" {
    mac_address = "02:00:00:00:00:05"
    ipv4 { addresses = ["198.51.100.10/24"] }
  }
}

ethernet "eth2" {
  mtu         = 9000
  mac_address = "02-AA-00-00-00-02"
  ipv4 { dhcp = true }
}
