# Blocks twice, with labels missing, or where they do not belong.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {
    wifi {
      ssid = "home"
      psk  = "goatsareinteresting"
    }
    wifi {
#   ^^^^ error: Duplicate wifi block: Only one wifi block is allowed here; the first is at line 7. Merge the two.
      ssid = "garden"
      psk  = "goatsareinteresting"
    }
  }
  fail_over_mac = "active"
  ipv4 { dhcp = true }
  ipv4 { dhcp = true }
# ^^^^ error: Duplicate ipv4 block: Only one ipv4 block is allowed here; the first is at line 17. Merge the two.
}

bond {
#    ^ error: Missing name for bond: All bond blocks must have 1 labels (name).
  mode = "active-backup"
}

ppp "ppp0" {
  ipv4 { dhcp = true }
# ^^^^ error: Unsupported block type: Blocks of type "ipv4" are not expected here.
}

ethernet "eth2" "eth3" {}
#               ^^^^^^ error: Extraneous label for ethernet: Only 1 labels (name) are expected for ethernet blocks.
