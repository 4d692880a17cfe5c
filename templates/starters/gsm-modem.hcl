# gsm-modem: Ethernet, and a GSM modem that is switched on only when Ethernet fails
#
# pppd dials with /etc/ppp/peers/fona; the handlers switch the modem's power
# and start and stop pppd.

ethernet "eth0" {
  ipv4 {
    addresses = ["192.168.1.143/24"]
    gateway   = "192.168.1.1"
  }
  dns { servers = ["192.168.1.1"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "primary" {
    interface = "eth0"
    gateway   = "192.168.1.1"
    verify "icmp" {
      targets  = ["192.0.2.1", "192.0.2.2"] # two addresses beyond your provider
      interval = "10s"
      timeout  = "1s"
      fall     = 2
      require  = "any"
    }
    handler "log" {}
    handler "webhook" {
      url    = "https://hooks.example.net/net"
      events = ["failed", "restored"]
    }
  }

  route "modem" {
    interface        = "ppp0"
    gateway          = "none"
    activate_timeout = "60s"
    handler "log" {}
    handler "gpio" {
      chip       = "gpiochip0"
      status_pin = 23
      key_pin    = 24
      pulse      = "2s"
      events     = ["setup", "teardown"]
    }
    handler "exec" {
      command = ["/usr/bin/pon", "fona"]
      events  = ["setup"]
    }
    handler "exec" {
      command = ["/usr/bin/poff", "fona"]
      events  = ["teardown"]
    }
  }
}
