# Names that some programs take for something else.
ethernet "123" {}
#        ^^^^^ warning: Unwise link name: "123": systemd-networkd ignores links whose names are all digits, and ip(8) takes them for numbers. Add a letter.

ethernet "-eth0" {}
#        ^^^^^^^ warning: Unwise link name: "-eth0": Commands take a name that starts with a hyphen for an option. Choose another.

ethernet "büro" {}
#        ^^^^^^ warning: Unwise link name: "büro": Only ASCII letters, digits, dots, hyphens and underscores are understood everywhere: systemd-networkd and netplan refuse other letters, and shells give meaning to other signs. Rename it.

ethernet "à" {}
#        ^^^ error: Forbidden character in link name: "à": The kernel looks at bytes and takes 0xa0, which is a part of some letters, for a blank. Use ASCII letters.

ethernet "eth0;reboot" {}
#        ^^^^^^^^^^^^^ warning: Unwise link name: "eth0;reboot": Only ASCII letters, digits, dots, hyphens and underscores are understood everywhere: systemd-networkd and netplan refuse other letters, and shells give meaning to other signs. Rename it.

bond "bond0.20" {
#    ^^^^^^^^^^ warning: Unwise link name: ifupdown takes "bond0.20" for a VLAN and makes it on another link. Choose another name.
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1.5" {}
}

bond "tunnel0" {
#    ^^^^^^^^^ warning: Unwise link name: RHEL's network-scripts bring up "tunnel0" by the script ifup-tunnel, which makes no bond. Choose another name.
  mode   = "active-backup"
  miimon = 100
  slave "eth4" {}
  slave "eth5" {}
}

bond "vlan7" {
#    ^^^^^^^ warning: Unwise link name: ifupdown takes "vlan7" for a VLAN and makes it on another link. Choose another name.
  mode   = "active-backup"
  miimon = 100
  slave "eth2" {}
  slave "eth3" {}
}
