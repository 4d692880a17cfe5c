# What the network is said to be, and the credentials that are given.
wifi "wlan0" { ssid = "nothing said" }
#^^^^^^^^^^^ error: Network without protection: Neither security, psk nor eap is given. Give the credentials, or say security = "open" if everyone may read along.

wifi "wlan1" {
  ssid     = "open, with a key"
  security = "open"
  psk      = "goatsareinteresting"
#            ^^^^^^^^^^^^^^^^^^^^^ error: Contradicting credentials: An open network has no pass-phrase. Remove psk, or say which security protects it.
}

wifi "wlan2" {
  ssid     = "closed, without"
  security = "wpa2-psk"
#            ^^^^^^^^^^ error: Missing pass-phrase: A wpa2-psk network is joined with a pass-phrase. Set psk.
}

wifi "wlan3" {
  ssid     = "enterprise without identity"
  security = "wpa-eap"
#            ^^^^^^^^^ error: Missing eap block: A wpa-eap network is joined with an identity. Add an eap block.
}

wifi "wlan4" {
  ssid = "both"
  psk  = "goatsareinteresting"
#        ^^^^^^^^^^^^^^^^^^^^^ error: Contradicting credentials: psk is for wpa2-psk and wpa3-sae, and the network is wpa-eap. Remove it, or the eap block.
  eap {
    method   = "pwd"
    identity = "jane"
    password = "goatsareinteresting"
  }
}

wifi "wlan5" {
  ssid     = "open, with an identity"
  security = "open"
  eap {
# ^^^ error: Contradicting credentials: An open network asks for no identity. Remove the eap block, or the security.
    method   = "pwd"
    identity = "jane"
    password = "goatsareinteresting"
  }
}

wifi "wlan6" {
  ssid     = "personal, with an identity"
  security = "wpa3-sae"
  psk      = "goatsareinteresting"
  eap {
# ^^^ error: Contradicting credentials: The eap block is for wpa-eap, and the network is wpa3-sae. Remove one of the two.
    method   = "pwd"
    identity = "jane"
    password = "goatsareinteresting"
  }
}

wifi "wlan7" {
  ssid     = "old on a new band"
  psk      = "goatsareinteresting"
  band     = "6GHz"
#            ^^^^^^ warning: No such network on this band: The standard leaves only WPA3 and its relatives at 6 GHz, and no access point offers wpa2-psk there. Use wpa3-sae or wpa-eap, or another band.
}
