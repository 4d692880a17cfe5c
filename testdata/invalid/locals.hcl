# Values that refer to each other, and one that is defined twice.
locals {
  a = local.b
# ^ error: Circular locals: The values refer to each other in a circle: a, b and c.
  b = local.c
  c = local.a
  d = 100
}

locals {
  d = 200
# ^ error: Duplicate local: d is already defined at test.hcl:6. Rename one of them.
  e = nonsense
#     ^^^^^^^^ error: Unknown variable: There is no variable named "nonsense".
}

bond "bond0" {
  mode   = "active-backup"
  miimon = local.d
  slave "eth0" {}
  slave "eth1" {}
  mtu = local.a
}
