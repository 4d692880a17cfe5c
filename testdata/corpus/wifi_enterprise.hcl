bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  primary       = "eth0"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "campus"
      eap {
        method             = "peap"
        identity           = "jane@example.org"
        anonymous_identity = "anonymous@example.org"
        password           = "correct horse; #battery"
        phase2             = "mschapv2"
        ca_cert            = "/etc/ssl/certs/campus.pem"
      }
    }
  }
  slave "wlan1" {
    wifi {
      ssid    = "factory"
      country = "FR"
      eap {
        method               = "tls"
        identity             = "host/pump7.example.org"
        ca_cert              = "/etc/ssl/certs/factory.pem"
        client_cert          = "/etc/ssl/certs/pump7.pem"
        private_key          = "/etc/ssl/private/pump7.key"
        private_key_password = "key pass-phrase"
      }
    }
  }
  slave "wlan2" {
    wifi {
      ssid = "old campus"
      eap {
        method   = "ttls"
        identity = "jane"
        password = "password of jane"
        phase2   = "pap"
      }
    }
  }
  slave "wlan3" {
    wifi {
      ssid = "secret of two"
      eap {
        method   = "pwd"
        identity = "jane"
        password = "shared by two"
      }
    }
  }
  ipv4 { dhcp = true }
}
