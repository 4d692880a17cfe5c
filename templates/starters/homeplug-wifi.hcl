# homeplug-wifi: a cable or HomePlug link that Wi-Fi backs up
#
# The wired link carries everything while it is up; when it fails, Wi-Fi takes
# over within a tenth of a second, with the same address. Change the names of
# the links (ip link), the network and the addresses, then:
#
#   export BONDCTL_VAR_wifi_psk='the pass-phrase'
#   bondctl validate
#   bondctl generate --backend ifupdown

variable "wifi_psk" {
  description = "pre-shared key of the wireless network"
  sensitive   = true
}

bond "bond0" {
  mode          = "active-backup"
  miimon        = 100      # look at the carrier ten times a second
  primary       = "eth0"   # return to the cable as soon as it is back
  fail_over_mac = "active" # access points refuse the cable's address from a station

  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "BTHub-2211"
      psk  = var.wifi_psk
    }
  }

  ipv4 {
    addresses = ["192.168.1.105/24"]
    gateway   = "192.168.1.254"
  }
  dns { servers = ["192.168.1.254"] }
}
