ethernet "eth0" {
  ipv6 {
    dhcp   = true
    metric = 50
  }
}

ethernet "eth1" {
  ipv4 {
    dhcp   = true
    metric = 60
  }
  ipv6 {
    dhcp   = true
    metric = 60
  }
}

bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth2" {}
  slave "eth3" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  ipv6 {
    dhcp   = true
    metric = 70
  }
}
