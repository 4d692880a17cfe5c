# Probes need an address to come from.
bond "bond0" {
  mode          = "active-backup"
  arp_interval  = 1000
# ^^^^^^^^^^^^ warning: Probes without a source: bond0 has no address to send probes from, and many hosts do not answer such. Give it one in the targets' subnet.
  arp_ip_target = ["192.0.2.1"]
  slave "eth0" {}
  slave "eth1" {}
}
