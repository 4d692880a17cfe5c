# Each method needs its own.
wifi "wlan0" {
  ssid = "campus"
  eap {
    method   = "peap"
#              ^^^^^^ error: Missing password: Method peap proves the identity by password. Set it.
#              ^^^^^^ warning: Inner method not chosen: What peap uses inside the tunnel is then the program's choice. Set phase2, mostly to mschapv2.
    identity = ""
#              ^^ error: Empty identity: The network asks who joins. Give the name that it knows you by.
    ca_cert  = "campus.pem"
#              ^^^^^^^^^^^^ error: Relative path: ca_cert must start with a slash: "campus.pem" is looked for in different places by different programs.
  }
}

wifi "wlan1" {
  ssid = "factory"
  eap {
    method               = "tls"
#                          ^^^^^ error: Missing client_cert: Method tls proves the identity by client_cert. Set it.
#                          ^^^^^ error: Missing private_key: Method tls proves the identity by private_key. Set it.
#                          ^^^^^ warning: Server not verified: Without ca_cert anyone can pose as the network. Name the file of the authority that signed its certificate.
    identity             = "pump7"
    phase2               = "mschapv2"
#                          ^^^^^^^^^^ warning: Setting without effect: tls has no method inside another. Remove phase2.
    private_key_password = "secret"
#                          ^^^^^^^^ warning: Setting without effect: There is no private_key that the password could open. Set it, or remove the password.
  }
}

wifi "wlan2" {
  ssid = "lab"
  eap {
#     > error: Missing required argument: The argument "identity" is required, but no definition was found.
    method = "leap"
#            ^^^^^^ error: Unsuitable value for method: method wants peap, ttls, tls or pwd, not "leap".
  }
}
