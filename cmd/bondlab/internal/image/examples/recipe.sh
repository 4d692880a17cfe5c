#!/usr/bin/env bash
# Gathers the examples that Debian's packages ship: recipe.sh SUITE DIR. DIR gets
# BACKEND/EXAMPLE.txtar, whose names are where the consumer of the backend's files
# looks for each file; and nmcli/EXAMPLE.sh, which makes profiles as the manual does.
set -euo pipefail
suite=$1 out=$2
here=$(dirname "$0")
root=$out/root
doc=$root/usr/share/doc man=$root/usr/share/man
packages=(ifenslave ifupdown netplan.io network-manager systemd)

echo "bondlab: the examples in packages of $suite"
IFS=,
mmdebstrap --quiet --variant=extract --mode=root --aptopt='APT::Install-Recommends "false"' --include="${packages[*]}" "$suite" "$root"
unset IFS

# put BACKEND EXAMPLE PATH: standard input is the file PATH of an example.
put() {
  mkdir -p "$out/$1"
  { echo "-- $3 --"; cat; } >>"$out/$1/$2.txtar"
}

for file in "$doc"/{ifenslave,ifupdown}/examples/*; do
  name=$(basename "$file")
  case $name in *.sh | *.pl) continue ;; esac
  put ifupdown "$name" etc/network/interfaces <"$file"
  # Some stand in a text, between scissors.
  if grep -q '^-*8<-' "$file"; then
    sed -n '/^-*8<-/,/^-*8<-/{//!p}' "$file" | put ifupdown "$name-cut-out" etc/network/interfaces
  fi
done

for file in "$doc"/netplan/examples/*.yaml; do
  name=$(basename "$file" .yaml)
  put netplan "$name" "etc/netplan/$name.yaml" <"$file"
done

for page in systemd.link systemd.netdev systemd.network; do
  while IFS= read -r line; do
    case $line in
      '@@ '*) read -r _ example path <<<"$line" && put networkd "$example" "${path#/}" </dev/null ;;
      *) printf '%s\n' "$line" >>"$out/networkd/$example.txtar" ;;
    esac
  done < <(zcat "$man/man5/$page.5.gz" | awk -v page="$page" -f "$here/units.awk")
done
units=$root/usr/lib/systemd/network
[ -d "$units" ] || units=$root/lib/systemd/network # before trixie
for file in "$units"/*; do
  name=$(basename "$file" .example)
  case $file in
    *.example) put networkd "$name" "etc/systemd/network/$name" <"$file" ;;
    *) put networkd shipped "usr/lib/systemd/network/$name" <"$file" ;;
  esac
done

for file in "$doc"/network-manager/examples/{server.conf,nm-conf.d/*}; do
  name=$(basename "$file")
  put keyfile "$name" "etc/NetworkManager/conf.d/$name" <"$file"
done
mkdir -p "$out/nmcli"
zcat "$man/man7/nmcli-examples.7.gz" | sed -nE 's/\\-/-/g; s/\\f[BIR]|\\&//g; s/^\$ (nmcli con add type (bond|ethernet ifname .* (controller|master) mybond).*)/\1/p' \
  >"$out/nmcli/bond.sh"

rm -rf "$root"
