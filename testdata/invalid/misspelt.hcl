# A misspelt word gets a proposal, and nothing that only follows from it.
bond "bond0" {
  mode    = "active-backup"
  mimon   = 100
# ^^^^^ error: Unsupported argument: An argument named "mimon" is not expected here. Did you mean "miimon"?
  primari = "eth0"
# ^^^^^^^ error: Unsupported argument: An argument named "primari" is not expected here. Did you mean "primary"?
  slav "eth0" {}
# ^^^^ error: Unsupported block type: Blocks of type "slav" are not expected here. Did you mean "slave"?
  slave "eth1" {}
}

etherned "eth2" {
#^^^^^^^ error: Unsupported block type: Blocks of type "etherned" are not expected here. Did you mean "ethernet"?
  ipv4 { dhcp = true }
}

ethernet "eth3" {
  ipv4 { dhpc = true }
#        ^^^^ error: Unsupported argument: An argument named "dhpc" is not expected here. Did you mean "dhcp"?
}

wifi "wlan0" { sid = "home" }
#              ^^^ error: Unsupported argument: An argument named "sid" is not expected here. Did you mean "ssid"?

fallback "internet" {
  route "main" {
#              > error: Missing required argument: The argument "gateway" is required, but no definition was found.
    interface = "eth2"
    gatway    = "auto"
#   ^^^^^^ error: Unsupported argument: An argument named "gatway" is not expected here. Did you mean "gateway"?
    verifi "icmp" { targets = ["198.51.100.1"] }
#   ^^^^^^ error: Unsupported block type: Blocks of type "verifi" are not expected here. Did you mean "verify"?
  }
  rout "other" {}
# ^^^^ error: Unsupported block type: Blocks of type "rout" are not expected here. Did you mean "route"?
}

backend = "netplann"
#         ^^^^^^^^^^ error: Unsuitable value for backend: backend wants auto, ifupdown, ifcfg, netplan, keyfile or networkd, not "netplann".
