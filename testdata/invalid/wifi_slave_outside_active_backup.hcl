# A station cannot share traffic.
bond "bond0" {
  mode = "balance-alb"
  slave "eth0" {}
  slave "wlan0" {
#       ^^^^^^^ error: Wi-Fi slave outside active-backup: wlan0 cannot share traffic with other slaves: an access point takes frames only from the address that has associated. Set mode = "active-backup"; bond0 is balance-alb.
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}

bond "bond1" {
#    ^^^^^^^ warning: Mode not chosen: Without a mode the driver takes balance-rr, which needs a switch that treats the ports as one group. Choose one: active-backup works with any switch.
  miimon = 100
  slave "eth1" {}
  slave "wlan1" {
#       ^^^^^^^ error: Wi-Fi slave outside active-backup: wlan1 cannot share traffic with other slaves: an access point takes frames only from the address that has associated. Set mode = "active-backup"; bond1 is balance-rr, for it has no mode.
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
  }
}
