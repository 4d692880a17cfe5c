# Functions that fail where they stand.
bond "bond0" {
  mode   = "active-backup"
  miimon = 50 * "two"
#               ^^^^^ error: Invalid operand: Unsuitable value for right operand: a number is required.
  slave "eth0" {}
  slave "eth1" {}
  mtu = tonumber("large")
#                 ^^^^^ error: Invalid function argument: Invalid value for "v" parameter: cannot convert "large" to number; given string must be a decimal representation of a number.
  ipv4 { addresses = [env("NO_SUCH_VARIABLE")] }
#                     ^^^^ error: Error in function call: Call to function "env" failed: the environment has no NO_SUCH_VARIABLE; set it, or write env("NO_SUCH_VARIABLE", OTHERWISE).
  dns { servers = "192.0.2.53" }
#                 ^^^^^^^^^^^^ error: Unsuitable value for servers: servers wants a list: an IP address.
}

wifi "wlan0" {
  ssid = file("no-such-file")
#        ^^^^^ error: Error in function call: Call to function "file" failed: open ../testdata/corpus/no-such-file: no such file or directory.
  psk  = "goatsareinteresting"
}

ethernet "eth2" {
  ipv4 { dhcp = "perhaps" }
#               ^^^^^^^^^ error: Unsuitable value for dhcp: dhcp wants true or false.
  mac_address = ["02:00:00:00:00:01"]
#               ^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable value for mac_address: mac_address wants an Ethernet address.
}
