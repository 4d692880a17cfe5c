# Each way to configure IPv6.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24", "192.0.2.11/24", "198.51.100.1/25"]
    gateway   = "192.0.2.1"
    metric    = 50
  }
  ipv6 {
    addresses = ["2001:db8::10/64", "2001:db8::11/64"]
    gateway   = "fe80::1"
    metric    = 60
  }
  dns {
    servers = ["192.0.2.53", "2001:db8::53"]
    search  = ["example.org", "lab.example.org"]
  }
}

ethernet "eth2" {
  ipv6 {}
}

ethernet "eth3" {
  ipv6 { dhcp = true }
}

ethernet "eth4" {
  ipv6 { accept_ra = false }
}

ethernet "eth5" {
  ipv6 {
    addresses = ["2001:db8:5::1/64"]
    accept_ra = true
  }
}

ethernet "eth6" {
  ipv4 { dhcp = true }
  ipv6 {
    dhcp      = true
    accept_ra = false
  }
}

ethernet "eth7" {}
