# balance-xor: the slave by a hash of the addresses; the switch has a static group

bond "bond0" {
  mode             = "balance-xor"
  miimon           = 100
  xmit_hash_policy = "layer3+4"

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
