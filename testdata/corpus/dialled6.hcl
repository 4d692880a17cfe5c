# A modem that is dialled at boot, and gives IPv6 beside IPv4 as the cable does.
ethernet "eth0" {
  ipv4 { dhcp = true }
  ipv6 { accept_ra = true }
}

ppp "ppp0" {
  peer = "provider"
  ipv6 = true
}

fallback "internet" {
  min_good = "2s"
  on_stop  = "restore"

  route "cable" {
    interface = "eth0"
    gateway   = "auto"
    verify "icmp" {
      targets  = ["203.0.113.9", "2001:db8:9::9"]
      interval = "2s"
    }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
    verify "icmp" {
      targets          = ["203.0.113.9", "2001:db8:9::9"]
      standby_interval = "2s"
    }
  }
}
