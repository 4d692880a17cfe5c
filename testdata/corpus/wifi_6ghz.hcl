wifi "wlan0" {
  ssid     = "new band"
  security = "wpa3-sae"
  psk      = "six gigahertz"
  band     = "6GHz"
  ipv4 { dhcp = true }
}
