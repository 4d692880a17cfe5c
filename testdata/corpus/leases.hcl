ethernet "eth0" {
  ipv4 {
    dhcp   = true
    metric = 50
  }
  ipv6 { accept_ra = false }
}

ethernet "eth1" {
  ipv4 {
    dhcp   = true
    metric = 60
  }
}

bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth2" {}
  slave "eth3" {}
  ipv4 {
    dhcp      = true
    addresses = ["192.0.2.10/24"]
  }
}
