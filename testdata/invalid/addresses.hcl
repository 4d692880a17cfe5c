# Addresses that a link cannot have, or should not.
ethernet "eth0" {
  ipv4 { addresses = ["0.0.0.0/24", "127.0.0.1/8", "224.0.0.1/24", "255.255.255.255/32", "0.1.2.3/8"] }
#                     ^^^^^^^^^^^^ error: Unsuitable address: 0.0.0.0 is the address of no host and cannot be that of a link. Give the host's own.
#                                   ^^^^^^^^^^^^^ error: Unsuitable address: 127.0.0.1 is a loopback address and cannot be that of a link. Give the host's own.
#                                                  ^^^^^^^^^^^^^^ error: Unsuitable address: 224.0.0.1 is a multicast address and cannot be that of a link. Give the host's own.
#                                                                  ^^^^^^^^^^^^^^^^^^^^ error: Unsuitable address: 255.255.255.255 is the broadcast address and cannot be that of a link. Give the host's own.
#                                                                                        ^^^^^^^^^^^ error: Unsuitable address: 0.1.2.3 is the address of no host and cannot be that of a link. Give the host's own.
  ipv6 { addresses = ["::/64", "::1/128", "ff02::1/64", "2001:db8:9::/64"] }
#                     ^^^^^^^ error: Unsuitable address: :: is the address of no host and cannot be that of a link. Give the host's own.
#                              ^^^^^^^^^ error: Unsuitable address: ::1 is a loopback address and cannot be that of a link. Give the host's own.
#                                         ^^^^^^^^^^^^ error: Unsuitable address: ff02::1 is a multicast address and cannot be that of a link. Give the host's own.
#                                                       ^^^^^^^^^^^^^^^^^ warning: Address of the subnet: 2001:db8:9:: is the address of the subnet 2001:db8:9::/64 itself, not of a host in it. Choose another.
}

ethernet "eth1" {
  ipv4 { addresses = ["198.51.100.0/24", "198.51.100.255/24", "2001:db8::1/64", "203.0.113.1/0"] }
#                     ^^^^^^^^^^^^^^^^^ warning: Address of the subnet: 198.51.100.0 is the address of the subnet 198.51.100.0/24 itself, not of a host in it. Choose another.
#                                        ^^^^^^^^^^^^^^^^^^^ warning: Broadcast address: 198.51.100.255 reaches every host of 198.51.100.0/24 and cannot be that of one. Choose another.
#                                                             ^^^^^^^^^^^^^^^^ error: Address of the other family: 2001:db8::1/64 does not belong into an ipv4 block. Move it to ipv6.
#                                                                               ^^^^^^^^^^^^^^^ warning: Subnet of everything: With the prefix length 0 every host is taken to be on this link. Write the subnet's length, such as 203.0.113.1/24.
  ipv6 { addresses = ["198.51.100.7/24"] }
#                     ^^^^^^^^^^^^^^^^^ error: Address of the other family: 198.51.100.7/24 does not belong into an ipv6 block. Move it to ipv4.
}

# Both ends of a point-to-point subnet are hosts.
ethernet "eth2" {
  ipv4 { addresses = ["192.0.2.0/31", "192.0.2.9/32"] }
  ipv6 { addresses = ["2001:db8:1::/127", "2001:db8:2::/128"] }
}

ethernet "eth3" {
  ipv4 { addresses = ["192.0.2.77", "192.0.2.300/24", "router"] }
#                     ^^^^^^^^^^^^ error: Unsuitable value for addresses: addresses wants the prefix length too, such as "192.0.2.77/24".
#                                   ^^^^^^^^^^^^^^^^ error: Unsuitable value for addresses: addresses wants an address with its prefix length such as "192.0.2.1/24", not "192.0.2.300/24".
#                                                     ^^^^^^^^ error: Unsuitable value for addresses: addresses wants an address with its prefix length such as "192.0.2.1/24", not "router".
}
