bond "bond0" {
  mode   = "broadcast"
  miimon = 100

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
