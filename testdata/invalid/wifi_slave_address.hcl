# Seed 001 says why: an access point rejects an address that is not the station's.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "wlan0" {
#       ^^^^^^^ warning: Wi-Fi slave with a borrowed address: Without fail_over_mac wlan0 takes the bond's address: most access points reject a station that does not use its own, and others have the bond's traffic sent to it each time that it joins, until the bond sends something. Set fail_over_mac = "active".
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}

bond "bond1" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "none"
#                 ^^^^^^ warning: Wi-Fi slave with a borrowed address: wlan1 takes the bond's address: most access points reject a station that does not use its own, and others have the bond's traffic sent to it each time that it joins, until the bond sends something. Set fail_over_mac = "active".
  slave "eth1" {}
  slave "wlan1" {
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}

# Every packet is lost.
bond "bond2" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "follow"
#                 ^^^^^^^^ error: Wi-Fi slave with a borrowed address: With follow wlan2 is given the bond's address when it becomes active, which an associated station cannot take: every packet is lost. Set fail_over_mac = "active".
  slave "eth2" {}
  slave "wlan2" {
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}

# The bond passes its MTU on, and the station cannot take it.
bond "bond3" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  mtu           = 9000
#                 ^^^^ error: MTU too large for Wi-Fi: wlan3 takes at most 2304 bytes, and a slave must take the MTU of its bond. Lower it.
  slave "eth3" {}
  slave "wlan3" {
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}

# A name that says Wi-Fi.
bond "bond4" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth4" {}
  slave "wlp2s0" {}
#       ^^^^^^^^ warning: Wi-Fi slave without a network: wlp2s0 looks like a Wi-Fi link by its name, and carries nothing until something associates it. Describe the network in a wifi block.
}
