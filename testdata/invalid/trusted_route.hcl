# Without a verifier only the link itself is watched.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "main" {
#       ^^^^^^ warning: Route is trusted: "main" has no verifier: as long as its link is up it counts as good, and the routes after it are not used. Add a verify block.
    interface = "eth0"
    gateway   = "192.0.2.1"
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
