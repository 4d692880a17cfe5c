# What few backends can say of LACP.
bond "bond0" {
  mode               = "802.3ad"
  miimon             = 100
  lacp_rate          = "fast"
  lacp_active        = false
  ad_select          = "count"
  ad_actor_sys_prio  = 100
  ad_user_port_key   = 7
  ad_actor_system    = "02:00:00:00:00:fe"
  min_links          = 2
  coupled_control    = false
  broadcast_neighbor = true
  lacp_strict        = "on"
  tx_queues          = 8

  slave "eth0" { actor_port_prio = 10 }
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
