# Nothing else can be said of such a file.
bond "bond0" {
  mode == "active-backup"
# ^^^^ error: Argument or block definition required: An argument or block definition is required here. To set an argument, use the equals sign "=" to introduce the argument value.
  primary = "no slave"
}
