# All mistakes in one run: a document as it comes back from a long evening.
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
# ^^^^^^ error: Options exclude each other: miimon cannot be used together with arp_interval: set at once the driver refuses them, and set in turn the last one switches the other off. Keep one kind of monitoring.
  arp_interval  = 200
  updelay       = 250
#                 ^^^ warning: Not a multiple of miimon: The driver counts updelay in ticks of miimon, which is 100, and makes 200 of 250. Write a multiple of 100.
  lacp_rate     = "fast"
# ^^^^^^^^^ error: Option not accepted in this mode: lacp_rate works only in mode 802.3ad; bond0 is active-backup. Remove it, or change the mode.
  primary       = "eth7"
#                 ^^^^^^ error: Not a slave of this bond: primary is "eth7", which bond0 does not enslave. Name one of its slaves, eth0, eth1 or wlan0.
  fail_over_mac = "follow"
#                 ^^^^^^^^ error: Wi-Fi slave with a borrowed address: With follow wlan0 is given the bond's address when it becomes active, which an associated station cannot take: every packet is lost. Set fail_over_mac = "active".
  mac_adress    = "02:00:00:00:00:01"
# ^^^^^^^^^^ error: Unsupported argument: An argument named "mac_adress" is not expected here. Did you mean "mac_address"?

  slave "eth0" { queue_id = 3 }
  slave "eth1" { queue_id = 3 }
#                           ^ error: Duplicate queue: Queue 3 already belongs to eth0, and the driver refuses to share it. Choose another, or 0 for none.
  slave "wlan0" {
    wifi {
      ssid = "a network whose name is far too long to be one"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Network name too long: An SSID has at most 32 bytes, and this one has 46; letters outside ASCII take two or more. Shorten it.
      psk  = "short"
#            ^^^^^^^ error: Unsuitable pass-phrase: A pass-phrase has 8 to 63 bytes; a key has 64 hexadecimal digits. This is neither.
    }
  }

  ipv4 {
    addresses = ["192.168.1.105/24"]
    gateway   = "192.168.2.254"
#               ^^^^^^^^^^^^^^^ error: Gateway outside every prefix: bond0 cannot reach 192.168.2.254: bond0 has only 192.168.1.0/24 on its link. Correct the gateway or the prefix length, or add route "192.168.2.254/32" {} before it.
  }
  dns { servers = ["192.168.1.256"] }
#                  ^^^^^^^^^^^^^^^ error: Unsuitable value for servers: servers wants an IP address without a prefix or zone, not "192.168.1.256".
  vlan "5000" {}
#      ^^^^^^ error: Unsuitable value for vlan: vlan wants a number from 1 to 4094.
}

bond "bond0" {
#    ^^^^^^^ error: Duplicate link name: "bond0" is already the name of the bond at test.hcl:2. Rename one of the two, or merge the blocks.
  mode   = "balance-rr"
#          ^^^^^^^^^^^^ warning: Switch must be configured: balance-rr works only when the switch has the ports of bond0 as one static group.
  miimon = 100
  slave "eth0" {}
#       ^^^^^^ error: Enslaved twice: eth0 is already a slave of bond0, at test.hcl:12, and a link has one master. Remove one of the two blocks.
  slave "bond0" {}
#       ^^^^^^^ error: Bond enslaves itself: The driver refuses bond0 as its own slave. Name the link that was meant.
  ipv4 { addresses = ["192.168.1.105/24"] }
#                     ^^^^^^^^^^^^^^^^^^ error: Duplicate address: 192.168.1.105 is already an address of bond0, at test.hcl:22. Remove one of the two.
#                     ^^^^^^^^^^^^^^^^^^ warning: Subnet on two links: 192.168.1.0/24 overlaps with 192.168.1.0/24 of bond0, at test.hcl:22: the kernel sends over one of them only. Bond the links, or give each a subnet of its own.
}

fallback "internet" {
#        ^^^^^^^^^^ warning: Fallback with one route: internet has nothing to fall back to. Add a second route.
  route "fiber" {
    interface = "bond1"
#               ^^^^^^^ error: Undeclared link: The document has no link "bond1". Did you mean "bond0"?
    gateway   = "192.168.1.254"
    verify "icmp" {
      targets  = ["192.0.2.1"]
      interval = "1s"
      timeout  = "5s"
#                ^^^^ error: Timeout beyond interval: A check may take 5s and the next begins after 1s (interval). Make the timeout shorter, or the interval longer.
      require  = 2
#                ^ error: More answers than targets: 2 targets must answer, and there are 1. Lower it, or add targets.
    }
    handler "exec" { command = ["modem-power"] }
#                               ^^^^^^^^^^^^^ error: Relative path: command must start with a slash: "modem-power" is looked for in different places by different programs.
  }
}
