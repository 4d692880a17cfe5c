# What is refused has no consequences.
ppp "ppp0" {}

ppp "ppp1" {}

fallback "internet" {
  route "one" {
    interface = "ppp0"
    gateway   = "none"
    metric    = "low"
#               ^^^^^ error: Unsuitable value for metric: metric wants a number from 1 to 2147483647.
    verify "icmp" { targets = [] }
#                             ^^ error: No targets: Something must be there that answers. Name hosts beyond the gateway.
    verify "icmp" { targets = [1.5, null, ["a"]] }
#                              ^^^ error: Unsuitable target: 1.5 is neither an address nor the name of a host. Correct it.
#                                   ^^^^ error: Unsuitable value for targets: targets wants a text.
#                                         ^^^^^ error: Unsuitable value for targets: targets wants a text.
  }
  route "two" {
    interface = "ppp1"
    gateway   = "none"
    metric    = 1
  }
}
