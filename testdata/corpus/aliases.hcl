# num_unsol_na is the other name of num_grat_arp.
bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  num_unsol_na = 4
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}
