# The negotiation's own traps.
bond "bond0" {
  mode            = "802.3ad"
#                   ^^^^^^^^^ warning: Switch must be configured: 802.3ad works only when the switch has the ports of bond0 as one group that speaks LACP.
  min_links       = 3
#                   ^ warning: More links than slaves: bond0 has 2 slaves and never gets carrier while min_links wants 3 of them up. Lower it, or add slaves.
  ad_actor_system = "01:00:5e:00:00:01"
#                   ^^^^^^^^^^^^^^^^^^^ error: Multicast Ethernet address: ad_actor_system must be the address of one station; 01:00:5e:00:00:01 has the group bit, the lowest of its first byte, set. Clear it.
  slave "eth0" {}
  slave "eth1" {}
}
