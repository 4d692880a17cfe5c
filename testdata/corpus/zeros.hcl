# Zero, false and none are values: they must arrive.
bond "bond0" {
  mode              = "balance-rr"
  miimon            = 100
  updelay           = 0
  downdelay         = 0
  packets_per_slave = 0
  resend_igmp       = 0
  all_slaves_active = false
  use_carrier       = true

  slave "eth0" { queue_id = 0 }
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

bond "bond1" {
  mode             = "active-backup"
  miimon           = 100
  num_grat_arp     = 0
  peer_notif_delay = 0
  fail_over_mac    = "none"
  primary_reselect = "always"

  slave "eth2" {}
  slave "eth3" {}
  ipv4 { addresses = ["198.51.100.10/24"] }
}

bond "bond2" {
  mode             = "802.3ad"
  miimon           = 100
  lacp_rate        = "slow"
  ad_select        = "stable"
  min_links        = 0
  ad_user_port_key = 0
  ad_actor_system  = "00:00:00:00:00:00"

  slave "eth4" {}
  slave "eth5" {}
  ipv4 { addresses = ["203.0.113.10/24"] }
}
