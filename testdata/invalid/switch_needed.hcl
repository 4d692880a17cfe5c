# A file on this host cannot configure the switch.
bond "bond0" {
  mode   = "broadcast"
#          ^^^^^^^^^^^ warning: Switch must be configured: broadcast works only when the switch has the ports of bond0 as one static group.
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode = 4
#        ^ warning: Switch must be configured: 802.3ad works only when the switch has the ports of bond1 as one group that speaks LACP.
  slave "eth2" {}
  slave "eth3" {}
}
