# Every option that balance-rr knows.
bond "bond0" {
  mode              = "balance-rr"
  miimon            = "100ms"
  updelay           = "200ms"
  downdelay         = 300
  use_carrier       = true
  packets_per_slave = 4
  resend_igmp       = 3
  all_slaves_active = true

  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
