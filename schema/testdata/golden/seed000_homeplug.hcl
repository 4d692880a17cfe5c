# Read from /etc/network/interfaces by bondctl import.
#
# Review it, then: bondctl plan

# /etc/network/interfaces:30: em2 has a bridge, which a document cannot say;
# it stays as it is.

bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  primary       = "em1"
  fail_over_mac = "active"

  slave "em1" {}
  slave "wlan0" {
    # The file allows WPA and WPA2; bondctl takes WPA2.
    wifi {
      ssid = "BTHub-2211"
      # /etc/wpa_supplicant/wpa_supplicant.conf:7
      psk = file("/etc/bondctl/secrets/bond-bond0-slave-wlan0-wifi-psk")
    }
  }

  # /etc/network/interfaces:12
  ipv4 {
    addresses = ["192.168.1.105/24"]
    gateway   = "192.168.1.254"
  }
  dns { servers = ["192.168.1.254"] }
}
