# No finding may say anything about the secret itself.
wifi "wlan0" {
  ssid = "too short"
  psk  = "7 bytes"
#        ^^^^^^^^^ error: Unsuitable pass-phrase: A pass-phrase has 8 to 63 bytes; a key has 64 hexadecimal digits. This is neither.
}

wifi "wlan1" {
  ssid = "too long"
  psk  = "0123456789012345678901234567890123456789012345678901234567890123456789"
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable pass-phrase: A pass-phrase has 8 to 63 bytes; a key has 64 hexadecimal digits. This is neither.
}

wifi "wlan2" {
  ssid = "64 letters, not all digits"
  psk  = "zzzz456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable pass-phrase: A pass-phrase has 8 to 63 bytes; a key has 64 hexadecimal digits. This is neither.
}

wifi "wlan3" {
  ssid = "with a line break"
  psk  = "goatsareinteresting\n"
#        ^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable pass-phrase: A pass-phrase has no control characters such as line breaks. file() takes off one at the end only.
}

wifi "wlan4" {
  ssid = "outside ASCII"
  psk  = "Geißenböcke"
#        ^^^^^^^^^^^^^ warning: Unwise pass-phrase: Letters outside ASCII are written differently by different systems, and the standard has none in pass-phrases. Choose another if the network does not accept it.
}

wifi "wlan5" {
  ssid     = "empty"
  security = "wpa3-sae"
  psk      = ""
#            ^^ error: Empty pass-phrase: A wpa3-sae network needs a password.
}

# A password for WPA3 can be short.
wifi "wlan6" {
  ssid     = "short"
  security = "wpa3-sae"
  psk      = "goat"
  band     = "5 GHz"
#            ^^^^^^^ error: Unsuitable value for band: band wants 2.4GHz, 5GHz or 6GHz, not "5 GHz".
}
