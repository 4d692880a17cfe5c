# The kernel answers on either link and sends on one.
ethernet "eth0" {
  ipv4 { addresses = ["10.1.0.1/16", "10.1.0.2/16"] }
}

ethernet "eth1" {
  ipv4 { addresses = ["10.1.2.1/24", "10.1.3.1/24"] }
#                     ^^^^^^^^^^^^^ warning: Subnet on two links: 10.1.2.0/24 overlaps with 10.1.0.0/16 of eth0, at test.hcl:3: the kernel sends over one of them only. Bond the links, or give each a subnet of its own.
}

ethernet "eth2" {
  ipv4 { addresses = ["10.2.0.1/24"] }
}

ethernet "eth3" {
  ipv4 { addresses = ["10.0.0.1/8"] }
#                     ^^^^^^^^^^^^ warning: Subnet on two links: 10.0.0.0/8 overlaps with 10.1.0.0/16 of eth0, at test.hcl:3: the kernel sends over one of them only. Bond the links, or give each a subnet of its own.
}

# A single address within another subnet is an address, not a subnet.
ethernet "eth4" {
  ipv4 { addresses = ["10.1.2.77/32"] }
}
