# Ranges, words and forms of the driver's options.
bond "bond0" {
  mode              = "active-backups"
#                     ^^^^^^^^^^^^^^^^ error: Unsuitable value for mode: mode wants balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-alb, not "active-backups".
  miimon            = -1
#                     ^^ error: Unsuitable value for miimon: miimon wants a number from 0 to 2147483647 milliseconds, not -1.
  updelay           = "1500us"
#                     ^^^^^^^^ error: Unsuitable value for updelay: updelay wants whole milliseconds, not 1500us.
  use_carrier       = 2
#                     ^ error: Unsuitable value for use_carrier: use_carrier wants true or false, not 2.
  num_grat_arp      = 256
#                     ^^^ error: Unsuitable value for num_grat_arp: num_grat_arp wants a number from 0 to 255, not 256.
  resend_igmp       = "2s"
#                     ^^^^ error: Unsuitable value for resend_igmp: resend_igmp wants a number from 0 to 255, not "2s".
  fail_over_mac     = true
#                     ^^^^ error: Unsuitable value for fail_over_mac: fail_over_mac wants none, active or follow.
  arp_ip_target     = ["192.0.2.1", "router"]
#                     ^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable value for arp_ip_target: arp_ip_target wants at most 16 IPv4 addresses, not "router".
  ns_ip6_target     = "192.0.2.1"
#                     ^^^^^^^^^^^ error: Unsuitable value for ns_ip6_target: ns_ip6_target wants at most 16 IPv6 addresses, not "192.0.2.1".
  primary           = ["eth0"]
#                     ^^^^^^^^ error: Unsuitable value for primary: primary wants the name of a link, not a list.
  all_slaves_active = "maybe"
#                     ^^^^^^^ error: Unsuitable value for all_slaves_active: all_slaves_active wants true or false, not "maybe".
  xmit_hash_policy  = 6
#                     ^ error: Unsuitable value for xmit_hash_policy: xmit_hash_policy wants layer2, layer3+4, layer2+3, encap2+3, encap3+4 or vlan+srcmac or its number, not 6.
  arp_interval      = [1000]
#                     ^^^^^^ error: Unsuitable value for arp_interval: arp_interval wants a number from 0 to 2147483647 milliseconds, not a list.
  tx_queues         = true
#                     ^^^^ error: Unsuitable value for tx_queues: tx_queues wants a number from 1 to 255.
  slave "eth0" { queue_id = 1.5 }
#                           ^^^ error: Unsuitable value for queue_id: queue_id wants a number from 0 to 255.
  slave "eth1" { prio = "high" }
#                       ^^^^^^ error: Unsuitable value for prio: prio wants a number from -2147483648 to 2147483647, not "high".
  slave "eth7" { actor_port_prio = {} }
#                                  ^^ error: Unsuitable value for actor_port_prio: actor_port_prio wants a number from 0 to 65535.
}

bond "bond2" {
  mode          = "active-backup"
  arp_interval  = 1000
# ^^^^^^^^^^^^ warning: Probes without a source: bond2 has no address to send probes from, and many hosts do not answer such. Give it one in the targets' subnet.
  arp_ip_target = [["192.0.2.1"]]
#                 ^^^^^^^^^^^^^^^ error: Unsuitable value for arp_ip_target: arp_ip_target wants at most 16 IPv4 addresses.
  primary       = ""
#                 ^^ error: Not a slave of this bond: primary is "", which bond2 does not enslave. Name one of its slaves, eth8 or eth9.
  slave "eth8" {}
  slave "eth9" {}
}

bond "bond1" {
  mode            = 7
#                   ^ error: Unsuitable value for mode: mode wants balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-alb or its number, not 7.
  ad_actor_system = "02:00:00:00:00"
#                   ^^^^^^^^^^^^^^^^ error: Unsuitable value for ad_actor_system: ad_actor_system wants an Ethernet address such as 02:00:00:00:00:01, not "02:00:00:00:00".
  lp_interval     = "1500ms"
#                   ^^^^^^^^ error: Unsuitable value for lp_interval: lp_interval wants whole seconds, not 1500ms.
  tx_queues       = 0
#                   ^ error: Unsuitable value for tx_queues: tx_queues wants a number from 1 to 255, not 0.
  slave "eth2" {}
  slave "eth3" {}
}
