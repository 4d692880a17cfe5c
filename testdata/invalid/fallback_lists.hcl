# The list itself.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ethernet "eth1" {
  ipv4 { dhcp = true }
}

fallback "empty" {}
#        ^^^^^^^ error: Fallback without routes: empty is a list of ways out, the best first. Add route blocks.

fallback "single" {
#        ^^^^^^^^ warning: Fallback with one route: single has nothing to fall back to. Add a second route.
  fail_back = "manual"
  min_good  = "30s"
#             ^^^^^ warning: Setting without effect: With fail_back = manual traffic does not return by itself. Remove min_good, or fail back automatically.
  route "only" {
    interface = "eth1"
    gateway   = "auto"
  }
}

fallback "single" {
#        ^^^^^^^^ error: Duplicate fallback: fallback "single" is already at test.hcl:12. Rename one of the two.
  route "a" {
#       ^^^ warning: Route is trusted: "a" has no verifier: as long as its link is up it counts as good, and the routes after it are not used. Add a verify block.
    interface = "eth0"
    gateway   = "192.0.2.1"
  }
  route "a" {
#       ^^^ error: Duplicate route: route "a" is already at test.hcl:22. Rename one of the two.
    interface = "eth1"
    gateway   = "auto"
    verify "icmp" { targets = ["198.51.100.1"] }
  }
  route "" {
#       ^^ error: Empty route name: Messages and handlers name it. Give it a name.
#       ^^ error: Two routes over one path: "" goes over eth0 by 192.0.2.1 as "a" does, and fails with it. Remove one of the two.
    interface = "eth0"
    gateway   = "192.0.2.1"
  }
}
