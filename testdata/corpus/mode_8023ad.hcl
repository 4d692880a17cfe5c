# What is common in a rack.
bond "bond0" {
  mode             = "802.3ad"
  miimon           = 100
  lacp_rate        = "fast"
  xmit_hash_policy = "layer3+4"
  min_links        = 1
  ad_select        = "bandwidth"

  slave "enp1s0f0" {}
  slave "enp1s0f1" {}
  mtu = 9000
  ipv4 {
    addresses = ["198.51.100.10/24"]
    gateway   = "198.51.100.1"
  }
}
