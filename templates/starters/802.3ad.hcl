# 802.3ad: link aggregation by LACP; the switch runs LACP too

bond "bond0" {
  mode             = "802.3ad"
  miimon           = 100
  lacp_rate        = "fast"     # notice a dead partner after 3 s instead of 90 s
  xmit_hash_policy = "layer3+4" # spread connections, not only hosts

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  dns { servers = ["192.0.2.53"] }
}
