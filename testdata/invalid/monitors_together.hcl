# Six programs make five things of this.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
# ^^^^^^ error: Options exclude each other: miimon cannot be used together with arp_interval and arp_validate: set at once the driver refuses them, and set in turn the last one switches the other off. Keep one kind of monitoring.
  arp_interval  = 1000
  arp_ip_target = ["192.0.2.1"]
  arp_validate  = "all"
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

# One of them off is fine: what is wrong here is something else.
bond "bond1" {
  mode         = "active-backup"
  miimon       = 100
  arp_interval = 0
  arp_validate = "none"
  updelay      = 150
#                ^^^ warning: Not a multiple of miimon: The driver counts updelay in ticks of miimon, which is 100, and makes 100 of 150. Write a multiple of 100.
  slave "eth2" {}
  slave "eth3" {}
}
