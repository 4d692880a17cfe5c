# Each protection and each attribute of a wireless network, outside bonds.
variable "wifi_psk" {
  description = "pre-shared key"
  type        = string
  sensitive   = true
}

wifi "wlan0" {
  ssid     = "café"
  security = "open"
  ipv4 { dhcp = true }
}

wifi "wlan1" {
  ssid    = "home"
  psk     = var.wifi_psk
  hidden  = true
  bssid   = "02:11:22:33:44:55"
  band    = "5GHz"
  country = "DE"
  ipv4 { dhcp = true }
}

wifi "wlan2" {
  ssid     = "modern"
  security = "wpa3-sae"
  psk      = env("WIFI_PSK")
  band     = "2.4GHz"
  country  = "DE"
  mtu      = 1400
  ipv6 {}
}

wifi "wlan3" {
  ssid = "from a file"
  psk  = file("psk.txt")
  ipv4 { addresses = ["192.0.2.10/24"] }
}
