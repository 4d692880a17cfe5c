# Seed 001: a headless Raspberry Pi that an nmcli script bonded over its own SSH session.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  primary       = "eth0"
  fail_over_mac = "active"

  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "Brightspeed_013450E3"
      psk  = "royaltrain445"
    }
  }

  ipv4 {
    addresses = ["192.168.1.64/24"]
    gateway   = "192.168.1.1"
  }
  dns { servers = ["8.8.8.8"] }
}
