# Read from /etc/network/interfaces by bondctl import.
#
# Review it, then: bondctl plan

# The mode is 0 there.
bond "bond0" {
  mode = "balance-rr"
  # /etc/modprobe.d/bonding.conf:2
  miimon = 1000

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["10.0.0.10/24"]
    gateway   = "10.0.0.1"
  }
}
