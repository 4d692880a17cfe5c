# The driver says yes to the address and goes on using the slave's.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  mac_address   = "02:00:00:00:00:01"
#                 ^^^^^^^^^^^^^^^^^^^ error: Two sources of the bond's address: With fail_over_mac = active bond0 always has the Ethernet address of its active slave, and mac_address is ignored. Remove one of the two.
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "follow"
  mac_address   = "02:00:00:00:00:02"
#                 ^^^^^^^^^^^^^^^^^^^ error: Two sources of the bond's address: With fail_over_mac = follow bond1 always has the Ethernet address of its first slave, and mac_address is ignored. Remove one of the two.
  slave "eth2" {}
  slave "eth3" {}
}
