# rhel-server: two ports of a server bonded by ifcfg files
#
# balance-rr needs a switch whose ports are one static group; with any switch,
# active-backup works.

backend = "ifcfg"

bond "bond0" {
  mode   = "balance-rr"
  miimon = 1000

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["10.0.0.10/24"]
    gateway   = "10.0.0.1"
  }
}
