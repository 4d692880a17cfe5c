# Frames that do not fit, and addresses that are none.
bond "bond0" {
  mode        = "active-backup"
  miimon      = 100
  mac_address = "01:00:5e:00:00:01"
#               ^^^^^^^^^^^^^^^^^^^ error: Unsuitable Ethernet address: The kernel refuses 01:00:5e:00:00:01: a link's address is not zero, and the lowest bit of its first byte is 0. An address of one's own choice starts with 02.
  slave "eth0" {}
  slave "eth1" {}
  vlan "5" { mtu = 1501 }
#                  ^^^^ error: MTU larger than the parent's: The kernel refuses a VLAN whose frames do not fit into those of bond0, which has 1500 bytes. Lower this, or raise that.
  vlan "6" { mtu = 1500 }
}

ethernet "eth2" {
  mtu         = 1200
#               ^^^^ error: MTU too small for IPv6: The kernel takes IPv6 off a link below 1280 bytes, and eth2 has an ipv6 block. Raise the MTU, or remove the block.
  mac_address = "00:00:00:00:00:00"
#               ^^^^^^^^^^^^^^^^^^^ error: Unsuitable Ethernet address: The kernel refuses 00:00:00:00:00:00: a link's address is not zero, and the lowest bit of its first byte is 0. An address of one's own choice starts with 02.
  ipv6 {}
  vlan "5" { mtu = 1400 }
#                  ^^^^ error: MTU larger than the parent's: The kernel refuses a VLAN whose frames do not fit into those of eth2, which has 1200 bytes. Lower this, or raise that.
}

# Nobody knows what the hardware has: no finding.
ethernet "eth3" {
  vlan "5" { mtu = 9000 }
}

ethernet "eth4" { mtu = 67 }
#                       ^^ error: Unsuitable value for mtu: mtu wants a number from 68 to 65535.

wifi "wlan0" {
  ssid = "home"
  psk  = "goatsareinteresting"
  mtu  = 2305
#        ^^^^ error: MTU too large for Wi-Fi: wlan0 takes at most 2304 bytes. Lower it.
}
