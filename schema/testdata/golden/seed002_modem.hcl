# Read from /etc/network/interfaces by bondctl import.
#
# Review it, then: bondctl plan

ethernet "eth0" {
  ipv4 {
    addresses = ["192.168.1.143/24"]
    gateway   = "192.168.1.1"
  }
  dns { servers = ["8.8.8.8", "8.8.4.4"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "primary" {
    interface = "eth0"
    gateway   = "192.168.1.1"
    verify "icmp" {
      targets  = ["8.8.8.8", "8.8.4.4"]
      interval = "10s"
      timeout  = "1s"
      fall     = 2
    }
    handler "log" {}
    handler "webhook" {
      url = "https://localhost:5000/myapp/contextroot/"
      urls = {
        failed   = "https://localhost:5000/myapp/contextroot/primaryconnectionfailed"
        restored = "https://localhost:5000/myapp/contextroot/primaryconnectionrestored"
      }
      username    = "username"
      password    = file("/etc/bondctl/secrets/fallback-internet-route-primary-handler-2-password")
      retries     = 120
      retry_delay = "500ms"
      events      = ["failed", "restored"]
    }
  }
  route "fona" {
    interface        = "ppp0"
    gateway          = "none"
    activate_timeout = "1m"
    handler "log" {}
    # The modem's own switch.
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
    handler "webhook" {
      url    = "https://localhost:5000/myapp/contextroot/fonaconnected"
      events = ["connected"]
    }
  }
}
