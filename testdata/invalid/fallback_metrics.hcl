# The kernel takes the lowest metric, whatever the order of the routes.
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
    metric    = 50
  }
}

ethernet "eth1" {
  ipv4 { dhcp = true }
}

ethernet "eth2" {
  ipv4 {
    dhcp   = true
    metric = 20
#            ^^ error: Metrics do not rise: Route "fourth" has the metric 20 after 300 of the one before it, and the kernel prefers the lowest. Let metrics rise in the order of the routes, or leave them out.
  }
}

fallback "internet" {
  route "first" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    metric    = 60
#               ^^ error: Two metrics for one route: eth0 gives this default route the metric 50 at test.hcl:6. Remove one of the two.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "second" {
    interface = "eth1"
    gateway   = "auto"
    metric    = 300
#               ^^^ error: Metrics do not rise: Route "third" has the metric 300 after 300 of the one before it, and the kernel prefers the lowest. Let metrics rise in the order of the routes, or leave them out.
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "third" {
    interface = "eth0"
    gateway   = "192.0.2.2"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "fourth" {
    interface = "eth2"
    gateway   = "auto"
  }
}
