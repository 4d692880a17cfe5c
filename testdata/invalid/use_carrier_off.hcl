# Gone with kernel 7.2.
bond "bond0" {
  mode        = "active-backup"
  miimon      = 100
  use_carrier = false
#               ^^^^^ warning: Withdrawn value: Kernels from 7.2 on refuse use_carrier = 0, older ones can hang with it when a slave loses its carrier, and every driver in use reports that by itself. Remove it.
  slave "eth0" {}
  slave "eth1" {}
}
