# The driver refuses some addresses, and repetitions.
bond "bond0" {
  mode          = "active-backup"
  arp_interval  = 1000
  arp_ip_target = ["192.0.2.1", "0.1.2.3", "255.255.255.255", "192.0.2.1", "224.0.0.1", "127.0.0.1"]
#                               ^^^^^^^^^ warning: Unsuitable target: Nobody on the wire answers for 0.1.2.3. Name a host on the bond's own subnet, such as its router.
#                                          ^^^^^^^^^^^^^^^^^ error: Unsuitable target: The driver refuses 255.255.255.255 in arp_ip_target. Name a host on the bond's own subnet, such as its router.
#                                                             ^^^^^^^^^^^ error: Duplicate target: arp_ip_target already has 192.0.2.1, and the driver refuses it a second time. Remove it.
#                                                                          ^^^^^^^^^^^ warning: Unsuitable target: Nobody on the wire answers for 224.0.0.1. Name a host on the bond's own subnet, such as its router.
#                                                                                       ^^^^^^^^^^^ warning: Unsuitable target: Nobody on the wire answers for 127.0.0.1. Name a host on the bond's own subnet, such as its router.
  ns_ip6_target = ["::", "::1", "ff02::1", "2001:db8::1", "2001:db8:0::1"]
#                  ^^^^ error: Unsuitable target: The driver refuses :: in ns_ip6_target. Name a host on the bond's own subnet, such as its router.
#                        ^^^^^ error: Unsuitable target: The driver refuses ::1 in ns_ip6_target. Name a host on the bond's own subnet, such as its router.
#                               ^^^^^^^^^ error: Unsuitable target: The driver refuses ff02::1 in ns_ip6_target. Name a host on the bond's own subnet, such as its router.
#                                                         ^^^^^^^^^^^^^^^ error: Duplicate target: ns_ip6_target already has 2001:db8::1, and the driver refuses it a second time. Remove it.
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
