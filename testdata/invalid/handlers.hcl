# Handlers that cannot do what they are for.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "main" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    verify "icmp" { targets = ["198.51.100.1"] }
    handler "webhook" {}
#           ^^^^^^^^^ error: Webhook without an address: Set url for all events, or urls for single ones.
    handler "webhook" {
      url      = "hooks.example.net"
#                ^^^^^^^^^^^^^^^^^^^ error: Unsuitable address: Not an address of the web: it starts with https:// or http://. Correct it.
      events   = []
#                ^^ warning: Handler without events: It is never told anything. Name events, or remove the attribute to have all.
      password = "goats"
#                ^^^^^^^ error: Password without username: The server is given both or none. Set username, or remove password.
    }
    handler "webhook" {
      url      = "http://hooks.example.net/"
      username = "jane"
      password = "goats"
#                ^^^^^^^ warning: Secret sent in clear: Over http everyone on the way can read it. Use https.
      timeout  = "0s"
#                ^^^^ error: Time of zero: timeout must be longer than 0, or nothing can happen. Write a time such as "1s".
    }
    handler "webhook" {
      urls    = { faild = "https://hooks.example.net/", restored = "https://hooks.example.net/", nonsense = "https://" }
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable address: The address has no host. Write it as https://HOST/PATH.
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unknown event: There is no event "faild". Did you mean "failed"?
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unknown event: There is no event "nonsense". There are setup, teardown, failed, restored, connected, checked, suspect, all_down, gateway_changed and flapping.
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Setting without effect: "restored" is not among the events of this handler. Add it there, or remove its address.
      headers = { "X Y" = "1", Z = "a\nb" }
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable header: "X Y": a name has letters, digits and hyphens, a value no control characters. Correct it.
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable header: "Z": a name has letters, digits and hyphens, a value no control characters. Correct it.
      events  = ["failed"]
    }
    handler "webhook" {
      url     = "http://hooks.example.net/"
      headers = { Authorization = "Bearer goats" }
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Secret sent in clear: Over http everyone on the way can read it. Use https.
      events  = ["failde"]
#                ^^^^^^^^ error: Unsuitable value for events: events wants setup, teardown, failed, restored, connected, checked, suspect, all_down, gateway_changed or flapping, not "failde".
    }
    handler "exec" {
      command     = ["notify"]
#                    ^^^^^^^^ error: Relative path: command must start with a slash: "notify" is looked for in different places by different programs.
      environment = { "2nd" = "1", BONDCTL_EVENT = "x", LANG = "C" }
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable variable: "2nd": a name has letters, digits and underscores, a value no zero byte. Correct it.
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Reserved variable: BONDCTL_EVENT: bondctl tells the program of the event in BONDCTL_ variables. Choose another name.
    }
    handler "exec" { command = [] }
#                              ^^ error: Empty command: Give the program's path and its arguments.
    handler "gpio" {
      chip       = "gpiochip0"
      status_pin = 23
      key_pin    = 23
#                  ^^ error: Two uses of one pin: Line 23 is read as status_pin and cannot be pulled as key_pin too. Correct one of them.
      pulse      = "0s"
#                  ^^^^ error: Time of zero: pulse must be longer than 0, or nothing can happen. Write a time such as "1s".
    }
    handler "mail" {}
#           ^^^^^^ error: Unknown handler: There is no handler "mail"; there are log, webhook, exec and gpio.
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
