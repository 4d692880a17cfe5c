# 1 to 32 bytes, not letters.
wifi "wlan0" {
#^^^^^^^^^^^ error: Network without a name: A station must know which network to join. Set ssid, or ssid_hex for a name that is not text.
  psk = "goatsareinteresting"
  ipv4 { dhcp = true }
}

wifi "wlan1" {
  ssid = ""
#        ^^ error: Empty network name: An SSID has 1 to 32 bytes. For a network that hides its name give the name and hidden = true.
  psk  = "goatsareinteresting"
}

wifi "wlan2" {
  ssid = "äöüäöüäöüäöüäöüä"
  psk  = "goatsareinteresting"
}

wifi "wlan3" {
  ssid = "äöüäöüäöüäöüäöüäö"
#        ^^^^^^^^^^^^^^^^^^^ error: Network name too long: An SSID has at most 32 bytes, and this one has 34; letters outside ASCII take two or more. Shorten it.
  psk  = "goatsareinteresting"
}

wifi "wlan4" {
  ssid     = "home"
  ssid_hex = "686f6d65"
# ^^^^^^^^ error: Network named twice: ssid and ssid_hex both name the network. Remove one of them.
  psk      = "goatsareinteresting"
}

wifi "wlan5" {
  ssid_hex = "686f6d6"
#            ^^^^^^^^^ error: Unsuitable value for ssid_hex: ssid_hex wants pairs of hexadecimal digits.
  psk      = "goatsareinteresting"
}
