# Loops, and what nothing brings up in order.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "bond0" {}
#       ^^^^^^^ error: Bond enslaves itself: The driver refuses bond0 as its own slave. Name the link that was meant.
  slave "bond0.5" {}
#       ^^^^^^^^^ error: Bond enslaves a VLAN of a bond: bond0.5 is VLAN 5 on bond0 and cannot come up before what carries it. Enslave the links below.
  slave "bond1" {}
#       ^^^^^^^ error: Bond of bonds: bond1 is a bond itself, and nothing brings up bonds inside bonds in order. Enslave its slaves.
  slave "bond1.6" {}
#       ^^^^^^^^^ error: Bond enslaves a VLAN of a bond: bond1.6 is VLAN 6 on bond1 and cannot come up before what carries it. Enslave the links below.
  vlan "5" {}
}

bond "bond1" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  vlan "6" {}
}
