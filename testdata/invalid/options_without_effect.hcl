# The driver takes all of this and does nothing with it.
bond "bond0" {
  mode             = "balance-rr"
#                    ^^^^^^^^^^^^ warning: Switch must be configured: balance-rr works only when the switch has the ports of bond0 as one static group.
  miimon           = 100
  fail_over_mac    = "active"
# ^^^^^^^^^^^^^ warning: Option without effect: fail_over_mac does something only in mode active-backup; bond0 is balance-rr. Remove it, or change the mode.
  xmit_hash_policy = "layer3+4"
# ^^^^^^^^^^^^^^^^ warning: Option without effect: xmit_hash_policy does something only in mode balance-xor, 802.3ad, balance-tlb or balance-alb; bond0 is balance-rr. Remove it, or change the mode.
  min_links        = 1
# ^^^^^^^^^ warning: Option without effect: min_links does something only in mode 802.3ad; bond0 is balance-rr. Remove it, or change the mode.
  num_grat_arp     = 5
# ^^^^^^^^^^^^ warning: Option without effect: num_grat_arp does something only in mode active-backup; bond0 is balance-rr. Remove it, or change the mode.
  ad_select        = "count"
# ^^^^^^^^^ warning: Option without effect: ad_select does something only in mode 802.3ad; bond0 is balance-rr. Remove it, or change the mode.
  slave "eth0" {}
  slave "eth1" {}
}

bond "bond1" {
  mode             = "active-backup"
  miimon           = 100
  primary_reselect = "failure"
# ^^^^^^^^^^^^^^^^ warning: Option without effect: primary_reselect does nothing without primary. Set primary, or remove primary_reselect.
  arp_all_targets  = "all"
# ^^^^^^^^^^^^^^^ warning: Option without effect: arp_all_targets does nothing without arp_interval. Set arp_interval, or remove arp_all_targets.
  arp_missed_max   = 5
# ^^^^^^^^^^^^^^ warning: Option without effect: arp_missed_max does nothing without arp_interval. Set arp_interval, or remove arp_missed_max.
  slave "eth2" {}
  slave "eth3" {}
}

bond "bond2" {
  mode             = "balance-tlb"
  xmit_hash_policy = "layer2+3"
# ^^^^^^^^^^^^^^^^ warning: Option without effect: balance-tlb spreads by load and ignores xmit_hash_policy while tlb_dynamic_lb is 1. Set tlb_dynamic_lb = false, or remove it.
  slave "eth4" {}
  slave "eth5" {}
}

bond "bond3" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth6"
  slave "eth6" { prio = 5 }
#                ^^^^ warning: Option without effect: The driver ignores prio while the bond has a primary, and bond3 has eth6. Remove one of the two.
  slave "eth7" {}
}
