# balance-alb: what is sent and received over IPv4 is spread; any switch

bond "bond0" {
  mode   = "balance-alb"
  miimon = 100

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
