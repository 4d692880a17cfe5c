# The driver has room for 16.
locals { hosts = [for n in range(17) : "192.0.2.${n + 20}"] }

bond "bond0" {
  mode          = "active-backup"
  arp_interval  = 1000
  arp_ip_target = local.hosts
#                 ^^^^^^^^^^^ error: Too many targets: arp_ip_target takes at most 16 addresses, and this is one of 17. Keep those that matter.
  ns_ip6_target = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5", "2001:db8::6", "2001:db8::7", "2001:db8::8", "2001:db8::9", "2001:db8::a", "2001:db8::b", "2001:db8::c", "2001:db8::d", "2001:db8::e", "2001:db8::f", "2001:db8::10", "2001:db8::11"]
#                                                                                                                                                                                                                                                                   ^^^^^^^^^^^^^^ error: Too many targets: ns_ip6_target takes at most 16 addresses, and this is one of 17. Keep those that matter.
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
