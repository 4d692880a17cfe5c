bond "bond0" {
  mode        = "balance-alb"
  miimon      = 100
  lp_interval = "3s"

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
