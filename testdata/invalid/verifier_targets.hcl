# Targets that prove nothing.
ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

ppp "ppp0" {}

fallback "internet" {
  route "main" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    verify "icmp" { targets = ["192.0.2.1"] }
#                             ^^^^^^^^^^^^^ warning: Path is not tested: Every target is on the link of eth0 or the gateway itself, and answers while all beyond is dead. Name a host on the other side.
    verify "icmp" { targets = ["gateway", "192.0.2.77"] }
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Path is not tested: Every target is on the link of eth0 or the gateway itself, and answers while all beyond is dead. Name a host on the other side.
    verify "icmp" { targets = [] }
#                             ^^ error: No targets: Something must be there that answers. Name hosts beyond the gateway.
    verify "icmp" { targets = ["127.0.0.1", "0.0.0.0", "192.0.2.10", "2001:db8::1", "198.51.100.1", "198.51.100.1"] }
#                              ^^^^^^^^^^^ error: Unsuitable target: 127.0.0.1 is a loopback address: whether it answers tells nothing about the path. Name a host beyond the gateway.
#                                           ^^^^^^^^^ error: Unsuitable target: 0.0.0.0 is the address of no host: whether it answers tells nothing about the path. Name a host beyond the gateway.
#                                                      ^^^^^^^^^^^^ error: Target is this host: 192.0.2.10 is the address of eth0 here and always answers. Name a host beyond the gateway.
#                                                                    ^^^^^^^^^^^^^ error: Target of the other family: 2001:db8::1 cannot be reached through 192.0.2.1. Name a target of the gateway's family.
#                                                                                                   ^^^^^^^^^^^^^^ warning: Duplicate target: 198.51.100.1 is already in the list and would count twice. Remove it.
    verify "tcp" {
      targets = ["192.0.2.300", "two words", "example.org"]
#                ^^^^^^^^^^^^^ error: Unsuitable target: 192.0.2.300 is neither an address nor the name of a host. Correct it.
#                               ^^^^^^^^^^^ error: Unsuitable target: two words is neither an address nor the name of a host. Correct it.
      port    = 443
      require = 4
#               ^ error: More answers than targets: 4 targets must answer, and there are 3. Lower it, or add targets.
    }
    verify "tcp" {
      targets = ["198.51.100.1"]
      port    = 0
#               ^ error: Unsuitable value for port: port wants a number from 1 to 65535.
      require = "most"
#               ^^^^^^ error: Unsuitable value for require: require wants any, all or a number of targets, not "most".
    }
    verify "http" {
      targets     = ["example.org", "ftp://example.org/", "http:///path", "http://example.org/"]
#                    ^^^^^^^^^^^^^ error: Unsuitable target: Not an address of the web: it starts with https:// or http://. Correct it.
#                                   ^^^^^^^^^^^^^^^^^^^^ error: Unsuitable target: Not an address of the web: it starts with https:// or http://. Correct it.
#                                                         ^^^^^^^^^^^^^^ error: Unsuitable target: The address has no host. Write it as https://HOST/PATH.
      server_name = "example.org"
    }
    verify "http" {
      targets     = ["http://192.0.2.80/"]
#                   ^^^^^^^^^^^^^^^^^^^^^^ warning: Path is not tested: Every target is on the link of eth0 or the gateway itself, and answers while all beyond is dead. Name a host on the other side.
      server_name = "example.org"
#                   ^^^^^^^^^^^^^ warning: Setting without effect: No target is fetched over https, so that no certificate is seen. Use https, or remove server_name.
    }
    verify "dns" {
      targets = ["192.0.2.1", "gateway", "resolver.example.org"]
#                                        ^^^^^^^^^^^^^^^^^^^^^^ error: Unsuitable target: resolver.example.org is a name, and finding a resolver by name needs a resolver. Give its address.
      query   = "two words"
#               ^^^^^^^^^^^ error: Unsuitable query: "two words" is not a domain. Write one such as example.org.
    }
    verify "exec" {
      command = []
#               ^^ error: Empty command: Give the program's path and its arguments.
      require = 1
#               ^ warning: Setting without effect: A program has no targets to count. Remove require.
    }
    verify "exec" { command = ["still-alive"] }
#                              ^^^^^^^^^^^^^ error: Relative path: command must start with a slash: "still-alive" is looked for in different places by different programs.
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
