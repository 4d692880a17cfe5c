# Resolvers and search domains.
ethernet "eth0" {
  ipv4 { dhcp = true }
  dns {
    servers = ["0.0.0.0", "ff02::fb", "255.255.255.255", "192.0.2.53", "192.0.2.53", "resolver"]
#              ^^^^^^^^^ error: Unsuitable resolver: 0.0.0.0 is not the address of one host. Name the resolver's own.
#                         ^^^^^^^^^^ error: Unsuitable resolver: ff02::fb is not the address of one host. Name the resolver's own.
#                                     ^^^^^^^^^^^^^^^^^ error: Unsuitable resolver: 255.255.255.255 is not the address of one host. Name the resolver's own.
#                                                                      ^^^^^^^^^^^^ warning: Duplicate resolver: 192.0.2.53 is already in the list. Remove it.
#                                                                                    ^^^^^^^^^^ error: Unsuitable value for servers: servers wants an IP address without a prefix or zone, not "resolver".
    search  = ["example.org", "two words", "", "-lab.example.org", "a..b", "example.org.", "line\nbreak"]
#                             ^^^^^^^^^^^ error: Unsuitable search domain: "two words" is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.
#                                          ^^ error: Unsuitable search domain: "" is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.
#                                              ^^^^^^^^^^^^^^^^^^ error: Unsuitable search domain: "-lab.example.org" is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.
#                                                                  ^^^^^^ error: Unsuitable search domain: "a..b" is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.
#                                                                                          ^^^^^^^^^^^^^ error: Unsuitable search domain: "line\nbreak" is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.
  }
}
