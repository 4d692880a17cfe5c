# Read from /etc/network/interfaces by bondctl import.
#
# Review it, then: bondctl plan

bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  # Two profiles name a primary; this one was used last.
  primary       = "eth0"
  fail_over_mac = "active"

  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "Brightspeed_013450E3"
      psk  = file("/etc/bondctl/secrets/bond-bond0-slave-wlan0-wifi-psk")
    }
  }

  ipv4 {
    addresses = ["192.168.1.64/24"]
    gateway   = "192.168.1.1"
  }
  dns { servers = ["8.8.8.8"] }
}
