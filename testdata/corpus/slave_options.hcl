bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  active_slave = "eth1"

  slave "eth0" { queue_id = 1 }
  slave "eth1" {
    queue_id = 2
    prio     = -5
  }
  slave "eth2" { prio = 100 }
  ipv4 { addresses = ["192.0.2.10/24"] }
}
