# Variables without a value, of another type, or unknown.
variable "site" {}
#^^^^^^^^^^^^^^ error: No value for variable site: Give it with --var site=VALUE, in a file with --var-file FILE, in the environment as BONDCTL_VAR_site, or as its default.

variable "interval" {
  type    = number
  default = "often"
#           ^^^^^^^ error: Unsuitable value for variable interval: variable interval wants number.
}

variable "interval" { default = 100 }
#^^^^^^^^^^^^^^^^^^ error: Duplicate variable: interval is already declared at test.hcl:4. Rename one of them.

variable "wifi_psk" {
  sensitive = "perhaps"
#             ^^^^^^^^^ error: Unsuitable value for sensitive: sensitive wants true or false.
  colour    = "blue"
# ^^^^^^ error: Unsupported argument: An argument named "colour" is not expected here.
}

bond "bond0" {
  mode   = "active-backup"
  miimon = var.intervall
#             ^^^^^^^^^^ error: Unsupported attribute: This object does not have an attribute named "intervall".
  slave "eth0" {}
  slave "eth1" {}
  mtu = var.site
}
