# Slaves that die in silence.
bond "bond0" {
#    ^^^^^^^ warning: No link monitoring: bond0 has neither miimon nor arp_interval: a slave that fails is not noticed, and traffic never moves to another. Set miimon = 100.
  mode = "active-backup"
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode   = "balance-tlb"
  miimon = 0
#          ^ warning: No link monitoring: bond1 has neither miimon nor arp_interval: a slave that fails is not noticed, and traffic never moves to another. Set miimon = 100.
  slave "eth2" {}
  slave "eth3" {}
}

# These modes monitor by default.
bond "bond2" {
  mode = "balance-alb"
  slave "eth4" {}
  slave "eth5" {}
}
