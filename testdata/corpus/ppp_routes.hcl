# Routes over links that pppd makes: it adds one by itself when the peer answers.
ppp "ppp0" {
  peer = "provider"
  route "default" { metric = 500 }
}

ppp "ppp1" {
  peer = "other"
  route "10.0.0.0/8" {}
}

ppp "ppp2" {
  route "default" {}
}
