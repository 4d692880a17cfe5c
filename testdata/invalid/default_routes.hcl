# Metrics decide between default routes; without them it is chance.
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
}

ethernet "eth1" {
  ipv4 {
    addresses = ["198.51.100.10/24"]
    gateway   = "198.51.100.1"
#               ^^^^^^^^^^^^^^ warning: Two routes of the same metric: The kernel keeps one of this and the route to 0.0.0.0/0 (default) at test.hcl:5, over eth0. Give them different metrics.
  }
}

ethernet "eth2" {
  ipv4 {
    addresses = ["203.0.113.10/24"]
    metric    = 5
#               ^ warning: Setting without effect: metric is that of the default route, and eth2 has none in this family. Set gateway, or remove metric.
  }
  ipv6 {
    accept_ra = false
    metric    = 5
#               ^ warning: Setting without effect: metric is that of the default route, and eth2 has none in this family. Set gateway, or remove metric.
  }
}

ethernet "eth3" {
  ipv4 {}
# ^^^^ warning: Empty ipv4 block: It gives eth3 no address. Set addresses, or dhcp = true, or remove it.
}
