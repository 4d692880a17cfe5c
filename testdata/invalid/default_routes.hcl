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

ethernet "eth4" {
  ipv4 {
    addresses = ["198.18.0.10/24"]
    gateway   = "198.18.0.1"
    metric    = 7
  }
}

ethernet "eth5" {
  ipv4 {
    addresses = ["198.19.0.10/24"]
    gateway   = "198.19.0.1"
#               ^^^^^^^^^^^^ error: Two routes of the same metric: The kernel keeps one of this and the route to 0.0.0.0/0 (default) at test.hcl:34, over eth4. Give them different metrics.
    metric    = 7
  }
}

ethernet "eth6" {
  ipv6 {
    addresses = ["2001:db8:6::2/64"]
    gateway   = "2001:db8:6::1"
    metric    = 7
  }
}

ethernet "eth7" {
  ipv6 {
    addresses = ["2001:db8:7::2/64"]
    gateway   = "2001:db8:7::1"
#               ^^^^^^^^^^^^^^^ warning: Two routes of the same metric: The kernel keeps one of this and the route to ::/0 (default) at test.hcl:50, over eth6. Give them different metrics.
    metric    = 7
  }
}
