# Every option of active-backup with carrier monitoring.
bond "bond0" {
  mode             = "active-backup"
  miimon           = 50
  updelay          = 100
  downdelay        = 50
  peer_notif_delay = 100
  use_carrier      = true
  primary          = "eth1"
  primary_reselect = "better"
  fail_over_mac    = "follow"
  num_grat_arp     = 5
  resend_igmp      = 2

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}
