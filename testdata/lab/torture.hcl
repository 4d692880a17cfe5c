# What the scenarios called torture make of the story seed004_rhel: another mode,
# another slave first, another size, one more address, a VLAN.
bond "bond0" {
  mode    = "active-backup"
  miimon  = 250
  primary = "eth1"
  mtu     = 1400

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["10.0.0.10/24", "10.0.0.11/24"]
    gateway   = "10.0.0.1"
  }

  vlan "20" {
    ipv4 { addresses = ["10.0.20.10/24"] }
  }
}
