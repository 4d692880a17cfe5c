# active-backup: one slave works, the other waits; any switch

bond "bond0" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth0"

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
