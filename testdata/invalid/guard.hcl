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
  verify "icmp" {
    targets          = ["gateway"]
    interval         = "10s"
    standby_interval = "60s"
#                      ^^^^^ warning: Setting without effect: A guard asks until an answer comes: standby_interval is for the routes of a fallback. Remove it.
    suspect_interval = "2s"
#                      ^^^^ warning: Setting without effect: A guard asks until an answer comes: suspect_interval is for the routes of a fallback. Remove it.
    rise             = 2
#                      ^ warning: Setting without effect: A guard asks until an answer comes: rise is for the routes of a fallback. Remove it.
    max_loss         = 20
#                      ^^ warning: Setting without effect: A guard asks until an answer comes: max_loss is for the routes of a fallback. Remove it.
    max_latency      = "1s"
#                      ^^^^ warning: Setting without effect: A guard asks until an answer comes: max_latency is for the routes of a fallback. Remove it.
    window           = "60s"
#                      ^^^^^ warning: Setting without effect: A guard asks until an answer comes: window is for the routes of a fallback. Remove it.
    fall             = 1
#                      ^ warning: One miss decides: Healthy paths lose single packets, and each would roll a good change back. Set fall = 3.
  }
}

guard { confirm_within = "25h" }
#^^^^ error: Duplicate guard block: Only one guard block is allowed here; the first is at line 2. Merge the two.
