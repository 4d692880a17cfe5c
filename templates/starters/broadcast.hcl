# broadcast: every packet over every slave, to two separate networks

bond "bond0" {
  mode   = "broadcast"
  miimon = 100

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
