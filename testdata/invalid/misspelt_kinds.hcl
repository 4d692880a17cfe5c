# Kinds of verifiers and handlers.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "main" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    verify "imcp" { targets = ["198.51.100.1"] }
#          ^^^^^^ error: Unknown verify: There is no verify "imcp". Did you mean "icmp"?
    handler "webhok" { url = "https://hooks.example.net/" }
#           ^^^^^^^^ error: Unknown handler: There is no handler "webhok". Did you mean "webhook"?
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}

guard {
  verify "snmp" {}
#        ^^^^^^ error: Unknown verify: There is no verify "snmp". Did you mean "icmp"?
}
