# The driver's default is the mode that few want.
bond "bond0" {
#    ^^^^^^^ warning: Mode not chosen: Without a mode the driver takes balance-rr, which needs a switch that treats the ports as one group. Choose one: active-backup works with any switch.
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
}
