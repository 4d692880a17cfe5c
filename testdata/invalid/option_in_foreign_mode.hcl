# The driver refuses an option in a foreign mode, its default value included.
bond "bond0" {
  mode              = "active-backup"
  miimon            = 100
  lacp_rate         = "fast"
# ^^^^^^^^^ error: Option not accepted in this mode: lacp_rate works only in mode 802.3ad; bond0 is active-backup. Remove it, or change the mode.
  packets_per_slave = 1
# ^^^^^^^^^^^^^^^^^ error: Option not accepted in this mode: packets_per_slave works only in mode balance-rr; bond0 is active-backup. Remove it, or change the mode.
  slave "eth0" { actor_port_prio = 3 }
#                ^^^^^^^^^^^^^^^ error: Option not accepted in this mode: actor_port_prio works only in mode 802.3ad; bond0 is active-backup. Remove it, or change the mode.
  slave "eth1" {}
}

bond "bond1" {
  mode         = "802.3ad"
#                ^^^^^^^^^ warning: Switch must be configured: 802.3ad works only when the switch has the ports of bond1 as one group that speaks LACP.
  arp_interval = 0
# ^^^^^^^^^^^^ error: Option not accepted in this mode: arp_interval works only in mode balance-rr, active-backup, balance-xor or broadcast; bond1 is 802.3ad. Remove it, or change the mode.
  arp_validate = "none"
# ^^^^^^^^^^^^ error: Option not accepted in this mode: arp_validate works only in mode balance-rr, active-backup, balance-xor or broadcast; bond1 is 802.3ad. Remove it, or change the mode.
  slave "eth2" { prio = 1 }
#                ^^^^ error: Option not accepted in this mode: prio works only in mode active-backup, balance-tlb or balance-alb; bond1 is 802.3ad. Remove it, or change the mode.
  slave "eth3" {}
}

bond "bond2" {
#    ^^^^^^^ warning: Mode not chosen: Without a mode the driver takes balance-rr, which needs a switch that treats the ports as one group. Choose one: active-backup works with any switch.
  miimon    = 100
  primary   = "eth4"
# ^^^^^^^ error: Option not accepted in this mode: primary works only in mode active-backup, balance-tlb or balance-alb; bond2 is balance-rr, for it has no mode. Remove it, or change the mode.
  lacp_rate = "slow"
# ^^^^^^^^^ error: Option not accepted in this mode: lacp_rate works only in mode 802.3ad; bond2 is balance-rr, for it has no mode. Remove it, or change the mode.
  slave "eth4" {}
  slave "eth5" {}
}
