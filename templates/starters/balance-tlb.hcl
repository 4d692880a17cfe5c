# balance-tlb: what is sent is spread by load; any switch

bond "bond0" {
  mode   = "balance-tlb"
  miimon = 100

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
