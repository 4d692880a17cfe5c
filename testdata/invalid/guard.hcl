# A window that nobody can use.
guard {
  confirm_within = "2s"
#                  ^^^^ error: Unsuitable window: confirm_within is how long you have to confirm before everything is rolled back: from 5s to 24h, and this is 2s.
  verify "icmp" { targets = ["gateway"] }
  verify "icmp" {
    targets  = ["127.0.0.1"]
#               ^^^^^^^^^^^ error: Unsuitable target: 127.0.0.1 is a loopback address: whether it answers tells nothing about the path. Name a host beyond the gateway.
    interval = "1s"
    timeout  = "2s"
#              ^^^^ error: Timeout beyond interval: A check may take 2s and the next begins after 1s (interval). Make the timeout shorter, or the interval longer.
  }
}

guard { confirm_within = "25h" }
#^^^^ error: Duplicate guard block: Only one guard block is allowed here; the first is at line 2. Merge the two.
