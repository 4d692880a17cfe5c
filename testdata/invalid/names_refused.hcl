# Names that the kernel or every network manager refuses.
ethernet "" {}
#        ^^ error: Empty link name: "": A link needs a name of 1 to 15 bytes.

ethernet "a-name-of-16-by" {}

ethernet "a-name-of-16-byt" {}
#        ^^^^^^^^^^^^^^^^^^ error: Link name too long: "a-name-of-16-byt": The kernel's names have at most 15 bytes. Choose a shorter one; the name attribute of a vlan block sets its link's.

ethernet "." {}
#        ^^^ error: Reserved link name: ".": The kernel refuses it, for each link is a directory in sysfs. Choose another.

ethernet ".." {}
#        ^^^^ error: Reserved link name: "..": The kernel refuses it, for each link is a directory in sysfs. Choose another.

ethernet "eth/0" {}
#        ^^^^^^^ error: Forbidden character in link name: "eth/0": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.

ethernet "eth:0" {}
#        ^^^^^^^ error: Forbidden character in link name: "eth:0": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.

ethernet "eth 0" {}
#        ^^^^^^^ error: Forbidden character in link name: "eth 0": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.

ethernet "eth\t0" {}
#        ^^^^^^^^ error: Forbidden character in link name: "eth\t0": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.

ethernet "eth%d" {}
#        ^^^^^^^ error: Forbidden character in link name: "eth%d": The kernel puts a number in place of %d, and network managers refuse the percent sign. Remove it.

ethernet "all" {}
#        ^^^^^ error: Reserved link name: "all": The kernel keeps the settings of all links and of new ones under these names. Choose another.

ethernet "default" {}
#        ^^^^^^^^^ error: Reserved link name: "default": The kernel keeps the settings of all links and of new ones under these names. Choose another.

ethernet "bonding_masters" {}
#        ^^^^^^^^^^^^^^^^^ error: Reserved link name: "bonding_masters": The bonding driver has a file of that name where links are listed. Choose another.

ethernet "lo" {}
#        ^^^^ error: Reserved link name: "lo": lo is the loopback link, which every host has and no bond can enslave. Choose another.

bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "slave zero" {}
#       ^^^^^^^^^^^^ error: Forbidden character in link name: "slave zero": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.
  slave "lo" {}
#       ^^^^ error: Reserved link name: "lo": lo is the loopback link, which every host has and no bond can enslave. Choose another.
#       ^^^^ error: Slave with a block of its own: lo is a slave of bond0, which takes its traffic, and cannot be configured by the ethernet block at test.hcl:28 too. Remove the block, or the slave.
}
