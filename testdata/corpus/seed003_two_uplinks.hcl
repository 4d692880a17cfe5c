# Seed 003: a fibre router on one port, a 5G router on the other.
ethernet "eth1" {
  ipv4 { dhcp = true }
}

ethernet "eth2" {
  ipv4 { dhcp = true }
}

locals {
  sites = ["https://www.bing.com/", "https://www.netflix.com/", "https://www.wikipedia.org/"]
}

fallback "internet" {
  fail_back = "auto"
  min_good  = "30s"

  route "fibre" {
    interface = "eth1"
    gateway   = "auto"
    verify "http" {
      targets          = local.sites
      interval         = "5s"
      standby_interval = "5s"
      timeout          = "1s"
      fall             = 3
      rise             = 2
    }
    handler "log" {}
  }
  route "5g" {
    interface = "eth2"
    gateway   = "auto"
    verify "http" {
      targets          = local.sites
      interval         = "10s"
      standby_interval = "30s"
      timeout          = "2s"
    }
  }
}
