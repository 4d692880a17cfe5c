# Gateways that a link cannot reach, or should not have.
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/25"]
    gateway   = "192.0.2.254"
#               ^^^^^^^^^^^^^ error: Gateway outside every prefix: eth0 cannot reach 192.0.2.254: eth0 has only 192.0.2.0/25 on its link. Correct the gateway or the prefix length, or add route "192.0.2.254/32" {} before it.
  }
  ipv6 {
    addresses = ["2001:db8::10/64"]
    gateway   = "192.0.2.1"
#               ^^^^^^^^^^^ error: Gateway of the other family: 192.0.2.1 does not belong into an ipv6 block. Move it to ipv4.
  }
}

ethernet "eth1" {
  ipv4 {
    addresses = ["198.51.100.10/24"]
    gateway   = "198.51.100.10"
#               ^^^^^^^^^^^^^^^ error: Gateway is this host: 198.51.100.10 is the address of eth1 on this host. Give that of the router.
    metric    = 1
  }
  ipv6 {
    gateway = "2001:db8:1::1"
#             ^^^^^^^^^^^^^^^ warning: Gateway outside every prefix: eth1 can reach 2001:db8:1::1 only if the addresses that it learns happen to be on the same subnet. Let it learn the gateway too.
    metric  = 1
  }
}

ethernet "eth2" {
  ipv4 {
    dhcp    = true
    gateway = "203.0.113.1"
#             ^^^^^^^^^^^^^ warning: Gateway outside every prefix: eth2 can reach 203.0.113.1 only if the addresses that it learns happen to be on the same subnet. Let it learn the gateway too.
#             ^^^^^^^^^^^^^ warning: Two default routes: The link learns a gateway by DHCP too, and which one carries traffic depends on the network manager. Remove one of the two.
    metric  = 2
  }
  ipv6 {
    addresses = ["2001:db8:2::10/64"]
    accept_ra = true
    gateway   = "2001:db8:2::1"
#               ^^^^^^^^^^^^^^^ warning: Two default routes: The link learns a gateway by router advertisements too, and which one carries traffic depends on the network manager. Remove one of the two.
    metric    = 2
  }
}

ethernet "eth3" {
  ipv4 {
    gateway = "10.0.0.1"
#             ^^^^^^^^^^ error: Gateway outside every prefix: eth3 cannot reach 10.0.0.1: it has no address of that family. Correct the gateway or the prefix length, or add route "10.0.0.1/32" {} before it.
    metric  = 3
  }
}

ethernet "eth4" {
  ipv4 {
    addresses = ["10.4.0.2/24"]
    gateway   = "10.4.0.255"
#               ^^^^^^^^^^^^ error: Unsuitable gateway: 10.4.0.255 is the address of a whole subnet, not of a host in it. Give the router's own.
    metric    = 4
  }
}

ethernet "eth5" {
  ipv4 {
    addresses = ["10.5.0.2/24"]
    gateway   = "224.0.0.1"
#               ^^^^^^^^^^^ error: Unsuitable gateway: 224.0.0.1 is a multicast address and forwards nothing. Give the router's own.
    metric    = 5
  }
}

# A router that a route of its own leads to, as hosting companies have it.
ethernet "eth6" {
  ipv4 {
    addresses = ["10.6.0.2/32"]
    gateway   = "10.66.0.1"
    metric    = 6
    route "10.66.0.1/32" {}
  }
  ipv6 {
    addresses = ["2001:db8:6::2/128"]
    gateway   = "fe80::1"
    metric    = 6
  }
}
