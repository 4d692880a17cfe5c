bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
    metric    = 0
    route "10.0.0.0/8" { gateway = "192.0.2.2" }
  }
  ipv6 {
    addresses = ["2001:db8::10/64"]
    route "default" {
      gateway = "2001:db8::1"
      metric  = 1024
    }
  }
  route "172.16.0.0/12" {
    gateway = "192.0.2.3"
    metric  = 7
  }
  route "203.0.113.0/24" {}
  route "2001:db8:1::/48" {
    gateway = "fe80::2"
    metric  = 9
  }
}
