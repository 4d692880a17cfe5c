bond "bond0" {
  mode          = 1
  miimon        = "0.1s"
  fail_over_mac = 1
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode      = "4"
  miimon    = "100"
  lacp_rate = 1
  slave "eth2" {}
  slave "eth3" {}
}
