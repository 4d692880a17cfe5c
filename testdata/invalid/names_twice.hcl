# One name, one link.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  vlan "5" { name = "office" }
  vlan "5" { name = "guests" }
#      ^^^ error: Duplicate VLAN: bond0 already carries VLAN 5, at test.hcl:7. Merge the two blocks.
  vlan "6" {}
  vlan "6" {}
#      ^^^ error: Duplicate VLAN: bond0 already carries VLAN 6, at test.hcl:9. Merge the two blocks.
  vlan "7" { name = "bond0.8" }
  vlan "8" {}
#      ^^^ error: Duplicate link name: "bond0.8" is already the name of the vlan at test.hcl:11. Rename one of the two, or merge the blocks.
}

bond "bond0" {
#    ^^^^^^^ error: Duplicate link name: "bond0" is already the name of the bond at test.hcl:2. Rename one of the two, or merge the blocks.
  mode   = "active-backup"
  miimon = 100
  slave "eth2" {}
  slave "eth3" {}
}

ethernet "office" {}
#        ^^^^^^^^ error: Duplicate link name: "office" is already the name of the vlan at test.hcl:7. Rename one of the two, or merge the blocks.

wifi "office" {
#    ^^^^^^^^ error: Duplicate link name: "office" is already the name of the vlan at test.hcl:7. Rename one of the two, or merge the blocks.
  ssid = "home"
  psk  = "goatsareinteresting"
}
