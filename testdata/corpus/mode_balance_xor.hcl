bond "bond0" {
  mode             = "balance-xor"
  miimon           = 100
  xmit_hash_policy = "layer3+4"

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
