# A route without a gateway is none for IPv6.
ethernet "eth0" {
  ipv4 { dhcp = true }
  ipv6 { accept_ra = true }
}

ppp "ppp0" {}

fallback "internet" {
  route "fibre" {
    interface = "eth0"
    gateway   = "auto"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
#               ^^^^^^ warning: No fallback for IPv6: Without a gateway "modem" is a way out for IPv4 alone, and "fibre" has IPv6: what uses that does not move to "modem". Set ipv6 = true on ppp0 if its other end has IPv6, or count on IPv4 there.
  }
}
