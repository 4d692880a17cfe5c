# Seed 004: two ports of a server, round robin, by ifcfg and modprobe.d.
bond "bond0" {
  mode   = 0
  miimon = 1000

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["10.0.0.10/24"]
    gateway   = "10.0.0.1"
  }
}
