# A bond of one is none.
bond "bond0" {
#    ^^^^^^^ warning: Bond without slaves: bond0 carries no traffic without slaves. Add blocks such as slave "eth0" {}.
  mode   = "active-backup"
  miimon = 100
}

bond "bond1" {
#    ^^^^^^^ warning: Bond with one slave: bond1 has nothing to fail over to. Add a second slave.
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
}
