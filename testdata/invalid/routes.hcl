# Routes with a twist.
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    route "10.0.0.1/8" { gateway = "192.0.2.1" }
#         ^^^^^^^^^^^^ warning: Destination with host bits: 10.0.0.1/8 is taken as 10.0.0.0/8. Write that, or a longer prefix.
    route "172.16.0.0/12" { gateway = "203.0.113.1" }
#                                     ^^^^^^^^^^^^^ error: Gateway outside every prefix: eth0 cannot reach 203.0.113.1: eth0 has only 192.0.2.0/24 on its link. Correct the gateway or the prefix length, or add route "203.0.113.1/32" {} before it.
    route "172.17.0.0/16" { gateway = "192.0.2.10" }
#                                     ^^^^^^^^^^^^ error: Gateway is this host: 192.0.2.10 is the address of eth0 on this host. Give that of the router.
    route "172.18.0.0/16" { gateway = "2001:db8::1" }
#                                     ^^^^^^^^^^^^^ error: Gateway of the other family: 172.18.0.0/16 cannot be reached through 2001:db8::1. Give a gateway of the destination's family.
    route "10.1.0.0/16" { gateway = "192.0.2.1" }
    route "10.1.0.0/16" { gateway = "192.0.2.1" }
#         ^^^^^^^^^^^^^ error: Duplicate route: eth0 already has this route, at test.hcl:9. Remove one of the two.
    route "10.1.0.0/16" { gateway = "192.0.2.2" }
#         ^^^^^^^^^^^^^ warning: Two routes of the same metric: The kernel keeps one of this and the route to 10.1.0.0/16 at test.hcl:9, over eth0. Give them different metrics.
    route "2001:db8::/64" { gateway = "2001:db8::1" }
#         ^^^^^^^^^^^^^^^ error: Unsuitable value for route: route wants a destination of ipv4 here, not 2001:db8::/64.
  }
}

ethernet "eth2" {
  route "here" {}
#       ^^^^^^ error: Unsuitable value for route: route wants a destination such as "10.0.0.0/8", or "default".
}

ethernet "eth1" {
  route "10.1.0.0/16" {}
#       ^^^^^^^^^^^^^ warning: Two routes of the same metric: The kernel keeps one of this and the route to 10.1.0.0/16 at test.hcl:9, over eth0. Give them different metrics.
  route "default" { gateway = "198.51.100.1" }
#                             ^^^^^^^^^^^^^^ error: Gateway outside every prefix: eth1 cannot reach 198.51.100.1: eth1 has only 10.1.0.0/16 on its link. Correct the gateway or the prefix length, or add route "198.51.100.1/32" {} before it.
}
