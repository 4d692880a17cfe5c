# Gone with kernel 7.2.
bond "bond0" {
  mode        = "active-backup"
  miimon      = 100
  use_carrier = false
#               ^^^^^ warning: Withdrawn value: Kernels from 7.2 on refuse use_carrier = 0, and every driver in use reports its carrier. Remove it.
  slave "eth0" {}
  slave "eth1" {}
}
