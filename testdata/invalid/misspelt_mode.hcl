# Without its mode nothing can be said about the others.
bond "bond0" {
  mod       = "802.3ad"
# ^^^ error: Unsupported argument: An argument named "mod" is not expected here. Did you mean "mode"?
  lacp_rate = "fast"
  updelay   = 200
  slave "eth0" {}
  slave "eth1" {}
}
