# The example of the design.
backend = "auto"

variable "wifi_psk" {
  description = "pre-shared key of the home network"
  sensitive   = true
}

bond "bond0" {
  mode          = "active-backup" # or 1
  miimon        = 100             # the kernel's unit, or a duration: "100ms"
  primary       = "eth0"
  fail_over_mac = "active"

  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "BTHub-2211"
      psk  = var.wifi_psk
    }
  }

  ipv4 {
    addresses = ["192.168.1.105/24"]
    gateway   = "192.168.1.254"
  }
  dns { servers = ["192.168.1.254"] }

  vlan "20" {
    ipv4 { dhcp = true }
  }
}

ppp "ppp0" {}

fallback "internet" {
  route "fiber" {
    interface = "bond0"
    gateway   = "192.168.1.254"
    verify "icmp" {
      targets  = ["192.0.2.1", "192.0.2.2"]
      interval = "10s"
      timeout  = "1s"
      fall     = 3
      rise     = 2
      require  = "any"
    }
    handler "log" {}
    handler "webhook" {
      url     = "https://hooks.example.net/net"
      headers = { Authorization = "Bearer 0123456789" }
      events  = ["failed", "restored"]
    }
  }
  route "gsm" {
    interface = "ppp0"
    gateway   = "none"
    handler "exec" {
      events  = ["setup", "teardown"]
      command = ["/usr/local/bin/modem-power"]
    }
  }
}

guard {
  confirm_within = "60s"
  verify "icmp" { targets = ["gateway"] }
}
