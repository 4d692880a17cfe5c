# two-uplinks: a fibre router on one port, a 4G or 5G router on the other

ethernet "eth1" {
  ipv4 { dhcp = true }
}

ethernet "eth2" {
  ipv4 { dhcp = true }
}

fallback "internet" {
  min_good = "30s" # fibre must be good for so long before traffic returns to it

  route "fibre" {
    interface = "eth1"
    gateway   = "auto"
    verify "http" {
      targets  = ["https://www.example.com/", "https://www.example.org/"]
      interval = "5s"
      timeout  = "2s"
      fall     = 3
      rise     = 2
    }
    handler "log" {}
  }

  route "mobile" {
    interface = "eth2"
    gateway   = "auto"
    verify "http" {
      targets          = ["https://www.example.com/", "https://www.example.org/"]
      interval         = "5s"
      standby_interval = "30s" # metered: look less often while it is not used
      timeout          = "2s"
    }
  }
}
