# Network names and pass-phrases that break formats which do not escape them.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "my ssid;#1 é\\ \"q\""
      psk  = "pass;w #rd\"\\x"
    }
  }
  slave "wlan1" {
    wifi {
      ssid = " leading and trailing "
      psk  = " blanks around it "
    }
  }
  slave "wlan2" {
    wifi {
      ssid = "12345678"
      psk  = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
    }
  }
  slave "wlan3" {
    wifi {
      ssid_hex = "00ff0a41"
      psk      = "$HOME `id` $(id) 'x'"
    }
  }
  slave "wlan4" {
    wifi {
      ssid = "97;98;"
      psk  = "\"quoted all over\""
    }
  }
  slave "wlan5" {
    wifi {
      ssid = "0x4142"
      psk  = "ends in backslash\\"
    }
  }
  slave "wlan6" {
    wifi {
      ssid = "yes: {no} - [x] & *y | %s ~"
      psk  = "#starts with a hash"
    }
  }
  ipv4 { addresses = ["192.0.2.10/24"] }
}
