# Times that cannot work.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "main" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    verify "icmp" {
      targets  = ["198.51.100.1"]
      interval = "1s"
      timeout  = "2s"
#                ^^^^ error: Timeout beyond interval: A check may take 2s and the next begins after 1s (interval). Make the timeout shorter, or the interval longer.
    }
    verify "icmp" {
      targets          = ["198.51.100.1"]
      interval         = "10s"
      suspect_interval = "500ms"
      timeout          = "1s"
#                        ^^^^ error: Timeout beyond interval: A check may take 1s and the next begins after 500ms (suspect_interval). Make the timeout shorter, or the interval longer.
    }
    verify "icmp" {
      targets          = ["198.51.100.1"]
      interval         = "5s"
      suspect_interval = "10s"
#                        ^^^^^ warning: Suspicion slows down: After a first miss checks come every 10s, and otherwise every 5s. Make suspect_interval shorter than interval.
      fall             = 1
#                        ^ warning: One miss decides: Healthy paths lose single packets, and each would move all traffic. Set fall = 3.
    }
    verify "icmp" {
      targets  = ["198.51.100.1"]
      interval = "0s"
#                ^^^^ error: Time of zero: interval must be longer than 0, or nothing can be tested. Write a time such as "1s".
      timeout  = "10"
#                ^^^^ error: Unsuitable value for timeout: timeout wants a duration with its unit such as "10s" or "500ms", not "10".
    }
    verify "icmp" {
      targets  = ["198.51.100.1"]
      fall     = 0
#                ^ error: Unsuitable value for fall: fall wants a number from 1 to 1000.
      max_loss = 20
#                ^^ error: Missing window: Loss and latency are judged over a time. Set window, such as "60s".
    }
    verify "icmp" {
      targets = ["198.51.100.1"]
      window  = "60s"
#               ^^^^^ warning: Setting without effect: window is the time for max_loss and max_latency, and neither is set. Set one, or remove it.
    }
    verify "icmp" {
      targets     = ["198.51.100.1"]
      interval    = "5s"
      timeout     = "1s"
      max_latency = "1s"
#                   ^^^^ warning: Setting without effect: An answer that takes 1s counts as missed. Make max_latency shorter than timeout.
      window      = "8s"
#                   ^^^^ error: Window too short: Within 8s there is at most one check, every 5s. Make it several intervals long.
    }
    verify "icmp" {
      targets     = ["198.51.100.1"]
      max_latency = "100ms"
#                   ^^^^^^^ error: Missing window: Loss and latency are judged over a time. Set window, such as "60s".
    }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
