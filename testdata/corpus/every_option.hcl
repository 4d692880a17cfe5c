# In each mode every option that does something in it, with a value that is not
# the driver's own; the links are watched by their carrier. use_carrier is not
# among them: its other value can hang the kernel.
bond "bond0" {
  mode              = "balance-rr"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  resend_igmp       = 3
  all_slaves_active = true
  packets_per_slave = 4
  tx_queues         = 8

  slave "eth0" { queue_id = 1 }
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

bond "bond1" {
  mode              = "active-backup"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  peer_notif_delay  = 100
  primary           = "eth3"
  primary_reselect  = "failure"
  fail_over_mac     = "active"
  resend_igmp       = 3
  num_grat_arp      = 2
  num_unsol_na      = 2
  all_slaves_active = true
  tx_queues         = 8

  slave "eth2" { queue_id = 1 }
  slave "eth3" { prio = 7 }
  ipv4 { addresses = ["198.51.100.10/24"] }
}

bond "bond2" {
  mode              = "balance-xor"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  xmit_hash_policy  = "layer3+4"
  all_slaves_active = true
  tx_queues         = 8

  slave "eth4" { queue_id = 1 }
  slave "eth5" {}
  ipv4 { addresses = ["203.0.113.10/24"] }
}

bond "bond3" {
  mode              = "broadcast"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  all_slaves_active = true
  tx_queues         = 8

  slave "eth6" { queue_id = 1 }
  slave "eth7" {}
  ipv4 { addresses = ["10.3.0.10/24"] }
}

bond "bond4" {
  mode               = "802.3ad"
  miimon             = 50
  updelay            = 200
  downdelay          = 150
  xmit_hash_policy   = "encap3+4"
  all_slaves_active  = true
  min_links          = 1
  lacp_active        = "off"
  lacp_rate          = "fast"
  ad_select          = "count"
  ad_actor_sys_prio  = 100
  ad_user_port_key   = 7
  ad_actor_system    = "02:00:00:00:00:fe"
  coupled_control    = false
  broadcast_neighbor = true
  lacp_strict        = "on"
  tx_queues          = 8

  slave "eth8" {
    queue_id        = 1
    actor_port_prio = 10
  }
  slave "eth9" {}
  ipv4 { addresses = ["10.4.0.10/24"] }
}

bond "bond5" {
  mode              = "balance-tlb"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  primary           = "eth10"
  primary_reselect  = "better"
  xmit_hash_policy  = "layer2+3"
  resend_igmp       = 3
  all_slaves_active = true
  lp_interval       = 5
  tlb_dynamic_lb    = false
  tx_queues         = 8

  slave "eth10" { queue_id = 1 }
  slave "eth11" { prio = -7 }
  ipv4 { addresses = ["10.5.0.10/24"] }
}

bond "bond6" {
  mode              = "balance-alb"
  miimon            = 50
  updelay           = 200
  downdelay         = 150
  primary           = "eth12"
  primary_reselect  = "failure"
  xmit_hash_policy  = "encap2+3"
  resend_igmp       = 3
  all_slaves_active = true
  lp_interval       = 5
  tlb_dynamic_lb    = false
  tx_queues         = 8

  slave "eth12" { queue_id = 1 }
  slave "eth13" { prio = -7 }
  ipv4 { addresses = ["10.6.0.10/24"] }
}
