# Queues are the bond's, and each has one slave.
bond "bond0" {
  mode      = "balance-xor"
#             ^^^^^^^^^^^^^ warning: Switch must be configured: balance-xor works only when the switch has the ports of bond0 as one static group.
  miimon    = 100
  tx_queues = 4
  slave "eth0" { queue_id = 4 }
  slave "eth1" { queue_id = 4 }
#                           ^ error: Duplicate queue: Queue 4 already belongs to eth0, and the driver refuses to share it. Choose another, or 0 for none.
  slave "eth2" { queue_id = 5 }
#                           ^ error: No such queue: bond0 is made with 4 transmit queues. Choose 0 to 4, or raise tx_queues.
  slave "eth3" { queue_id = 0 }
  slave "eth4" { queue_id = 0 }
}

bond "bond1" {
  mode   = "active-backup"
  miimon = 100
  slave "eth5" { queue_id = 17 }
#                           ^^ error: No such queue: bond1 is made with 16 transmit queues. Choose 0 to 16, or raise tx_queues.
  slave "eth6" { queue_id = 4 }
}
