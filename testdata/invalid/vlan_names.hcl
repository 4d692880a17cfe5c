# The name of a VLAN's link is PARENT.ID, and has 15 bytes at most.
bond "bond-upstairs" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  vlan "2" {}
  vlan "20" {}
#      ^^^^ error: Link name too long: "bond-upstairs.20": The kernel's names have at most 15 bytes. Choose a shorter one; the name attribute of a vlan block sets its link's.
  vlan "30" { name = "storage" }
  vlan "40" { name = "sto rage" }
#                    ^^^^^^^^^^ error: Forbidden character in link name: "sto rage": The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.
  vlan "0" {}
#      ^^^ error: Unsuitable value for vlan: vlan wants a number from 1 to 4094.
  vlan "4095" {}
#      ^^^^^^ error: Unsuitable value for vlan: vlan wants a number from 1 to 4094.
  vlan "guests" {}
#      ^^^^^^^^ error: Unsuitable value for vlan: vlan wants a number from 1 to 4094.
}

ppp "ppp0" { peer = "/etc/passwd" }
#                   ^^^^^^^^^^^^^ error: Unsuitable peer name: peer is the name of a file in /etc/ppp/peers, without blanks or a path to elsewhere.

ppp "ppp1" { peer = "../passwd" }
#                   ^^^^^^^^^^^ error: Unsuitable peer name: peer is the name of a file in /etc/ppp/peers, without blanks or a path to elsewhere.
