bond "bond0" {
  ipv6 {
    accept_ra = false
    route "default" { gateway = "2001:db8::1" }
  }
  route "default" {}
  route "198.51.100.0/24" { gateway = "192.0.2.1" }
}

ethernet "eth0" {
  ipv4 {
    addresses = [
      "192.0.2.1/32",
      "192.0.2.2/32",
      "192.0.2.3/32",
      "192.0.2.4/32",
      "192.0.2.5/32",
      "192.0.2.6/32",
      "192.0.2.7/32",
      "192.0.2.8/32",
      "192.0.2.9/32",
    ]
    route "default" {}
  }
  route "::/0" {}
  route "default" { gateway = "fe80::1" }
}

fallback "internet" {
  min_good = "1h30m"

  route "lan" {
    interface        = "eth0"
    gateway          = "auto"
    activate_timeout = "1h"
    verify "tcp" {
      targets = []
      port    = 443
      timeout = "0s"
    }
    handler "exec" {
      command     = ["true"]
      environment = {}
    }
  }
}
