# The driver counts delays in ticks.
bond "bond0" {
  mode             = "active-backup"
  miimon           = 100
  updelay          = 250
#                    ^^^ warning: Not a multiple of miimon: The driver counts updelay in ticks of miimon, which is 100, and makes 200 of 250. Write a multiple of 100.
  downdelay        = "50ms"
#                    ^^^^^^ warning: Not a multiple of miimon: The driver counts downdelay in ticks of miimon, which is 100, and makes 0 of 50. Write a multiple of 100.
  peer_notif_delay = 150
#                    ^^^ error: Not a multiple of miimon: The driver counts peer_notif_delay in ticks of miimon, which is 100, and makes 100 of 150. NetworkManager refuses it. Write a multiple of 100.
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode      = "balance-alb"
  downdelay = 330
#             ^^^ warning: Not a multiple of miimon: The driver counts downdelay in ticks of miimon, which is 100, and makes 300 of 330. Write a multiple of 100.
  slave "eth2" {}
  slave "eth3" {}
}
