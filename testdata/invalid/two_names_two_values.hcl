# One number in the driver.
bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  num_grat_arp = 3
  num_unsol_na = 4
#                ^ error: Two values for one option: num_unsol_na and num_grat_arp are two names of one number in the driver, and cannot be 4 and 3. Remove one.
  slave "eth0" {}
  slave "eth1" {}
}
