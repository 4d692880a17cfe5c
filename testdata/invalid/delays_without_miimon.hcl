# EPERM, even for 0.
bond "bond0" {
  mode             = "active-backup"
  arp_interval     = 1000
  arp_ip_target    = ["192.0.2.1"]
  updelay          = 0
# ^^^^^^^ error: Missing option: updelay needs miimon, and bond0 has none or 0. The driver counts it in ticks of miimon and refuses it, even as 0, while there are none. Set miimon, or remove updelay.
  downdelay        = 200
# ^^^^^^^^^ error: Missing option: downdelay needs miimon, and bond0 has none or 0. The driver counts it in ticks of miimon and refuses it, even as 0, while there are none. Set miimon, or remove downdelay.
  peer_notif_delay = 0
# ^^^^^^^^^^^^^^^^ error: Missing option: peer_notif_delay needs miimon, and bond0 has none or 0. The driver counts it in ticks of miimon and refuses it, even as 0, while there are none. Set miimon, or remove peer_notif_delay.
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}

# Mode 802.3ad has miimon = 100 unless told otherwise.
bond "bond1" {
  mode    = "802.3ad"
#           ^^^^^^^^^ warning: Switch must be configured: 802.3ad works only when the switch has the ports of bond1 as one group that speaks LACP.
  updelay = 200
  slave "eth2" {}
  slave "eth3" {}
}
