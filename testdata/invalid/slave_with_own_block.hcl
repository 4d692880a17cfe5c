# A slave has no addresses and no network of its own.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
#       ^^^^^^ error: Slave with a block of its own: eth0 is a slave of bond0, which takes its traffic, and cannot be configured by the ethernet block at test.hcl:12 too. Remove the block, or the slave.
  slave "wlan0" {}
#       ^^^^^^^ error: Slave with a block of its own: wlan0 is a slave of bond0, which takes its traffic, and cannot be configured by the wifi block at test.hcl:16 too. Move the network into a wifi block of the slave.
  slave "eth9.7" {}
  slave "eth9.8" {}
#       ^^^^^^^^ error: Slave with a block of its own: eth9.8 is a slave of bond0, which takes its traffic, and cannot be configured by the vlan block at test.hcl:24 too. Remove the block, or the slave.
}

ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

wifi "wlan0" {
  ssid = "home"
  psk  = "goatsareinteresting"
}

# A VLAN without addresses can be a slave, one with them cannot.
ethernet "eth9" {
  vlan "7" {}
  vlan "8" {
    ipv4 { dhcp = true }
  }
}
