# Seed 000: a server upstairs, HomePlug first, Wi-Fi when the mains sag.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  primary       = "em1"
  fail_over_mac = "active"

  slave "em1" {}
  slave "wlan0" {
    wifi {
      ssid = "BTHub-2211"
      psk  = "goatsareinteresting"
    }
  }

  ipv4 {
    addresses = ["192.168.1.105/24"]
    gateway   = "192.168.1.254"
  }
  dns { servers = ["192.168.1.254"] }
}
