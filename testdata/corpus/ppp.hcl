# A modem that pppd dials, with IPv6, and one that something else brings up.
ppp "ppp0" {
  peer = "provider"
  ipv6 = true
}

ppp "ppp1" { mtu = 1400 }

ethernet "eth0" {
  ipv4 { dhcp = true }
}

fallback "internet" {
  close_sockets   = false
  flush_conntrack = false
  on_stop         = "restore"

  route "lan" {
    interface = "eth0"
    gateway   = "auto"
    verify "tcp" {
      targets = ["192.0.2.80", "192.0.2.81"]
      port    = 443
      require = 1
    }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
    metric    = 500
    verify "dns" {
      targets     = ["192.0.2.53"]
      query       = "example.org"
      record_type = "A"
    }
  }
  route "other" {
    interface = "ppp1"
    gateway   = "none"
    metric    = 600
  }
}

guard {
  confirm_within = "90s"
  verify "icmp" { targets = ["gateway"] }
  verify "exec" { command = ["/usr/local/bin/still-alive", "--quick"] }
}
