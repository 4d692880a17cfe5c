# raspberry-pi: a headless Raspberry Pi on NetworkManager, Ethernet and Wi-Fi bonded
#
# The machine is reached over the very links that are bonded, so the change is
# undone unless somebody confirms it in time.

backend = "keyfile"

variable "wifi_psk" {
  description = "pre-shared key of the wireless network"
  sensitive   = true
}

bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  primary       = "eth0"
  fail_over_mac = "active"

  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "Brightspeed_013450E3"
      psk  = var.wifi_psk
    }
  }

  ipv4 {
    addresses = ["192.168.1.64/24"]
    gateway   = "192.168.1.1"
  }
  dns { servers = ["192.168.1.1"] }
}

guard {
  confirm_within = "60s"
  verify "icmp" { targets = ["gateway"] }
}
