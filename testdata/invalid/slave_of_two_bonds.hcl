# A link has one master.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  slave "eth1" {}
#       ^^^^^^ error: Enslaved twice: eth1 is already a slave of bond0, at test.hcl:6, and a link has one master. Remove one of the two blocks.
}

bond "bond1" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
#       ^^^^^^ error: Enslaved twice: eth0 is already a slave of bond0, at test.hcl:5, and a link has one master. Remove one of the two blocks.
  slave "eth2" {}
}
