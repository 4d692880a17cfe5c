# Rules of the air.
wifi "wlan0" {
  ssid    = "home"
  psk     = "goatsareinteresting"
  country = "de"
#           ^^^^ error: Unsuitable country: "de" is not a country's code. Use the two capital letters of ISO 3166-1, such as DE, or 00 for the whole world.
  bssid   = "01:00:5e:00:00:01"
#           ^^^^^^^^^^^^^^^^^^^ error: Unsuitable bssid: 01:00:5e:00:00:01 is not the address of an access point. Take it from a scan, or remove bssid.
}

wifi "wlan1" {
  ssid    = "home"
  psk     = "goatsareinteresting"
  country = "Germany"
#           ^^^^^^^^^ error: Unsuitable country: "Germany" is not a country's code. Use the two capital letters of ISO 3166-1, such as DE, or 00 for the whole world.
  bssid   = "00:00:00:00:00:00"
#           ^^^^^^^^^^^^^^^^^^^ error: Unsuitable bssid: 00:00:00:00:00:00 is not the address of an access point. Take it from a scan, or remove bssid.
}

wifi "wlan2" {
  ssid    = "home"
  psk     = "goatsareinteresting"
  country = "DE"
}

wifi "wlan3" {
  ssid    = "home"
  psk     = "goatsareinteresting"
  country = "FR"
#           ^^^^ warning: Two countries: A host has one set of radio rules, and test.hcl:19 says DE. Say the same everywhere.
}
