bond "bond0" {
  mode             = "balance-tlb"
  tlb_dynamic_lb   = false
  xmit_hash_policy = "vlan+srcmac"
  lp_interval      = 2
  primary          = "eth0"
  primary_reselect = "failure"

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
