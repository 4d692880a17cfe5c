# The driver remembers such a name and never uses it.
bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  primary      = "eht0"
#                ^^^^^^ error: Not a slave of this bond: primary is "eht0", which bond0 does not enslave. Name one of its slaves, eth0 or eth1.
  active_slave = "wan-uplink"
#                ^^^^^^^^^^^^ error: Not a slave of this bond: active_slave is "wan-uplink", which bond0 does not enslave. Name one of its slaves, eth0 or eth1.
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
#    ^^^^^^^ warning: Bond without slaves: bond1 carries no traffic without slaves. Add blocks such as slave "eth0" {}.
  mode    = "active-backup"
  miimon  = 100
  primary = "eth2"
#           ^^^^^^ error: Not a slave of this bond: primary is "eth2", which bond1 does not enslave. Give it a slave block.
}
