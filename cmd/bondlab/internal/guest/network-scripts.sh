# Brings up every ifcfg file as RHEL's network-scripts did until version 8, as
# far as bonds, their slaves, VLANs, static addresses and routes go: the file
# is sourced by the shell, the bond is made, each word of BONDING_OPTS is
# written to sysfs in its order but mode and miimon first, the links whose file
# has MASTER are enslaved, and primary is written last. Errors of sysfs are
# logged, and the rest goes on.
cd /etc/sysconfig/network-scripts || exit 1
shopt -s nullglob
failed=0

# setting FILE NAME: what a file has of one variable.
setting() { (. "./$1" && printf '%s' "${!2-}"); }

# words FILE: BONDING_OPTS, one option a line, mode and miimon before the others.
words() {
  local word late=()
  for word in $(setting "$1" BONDING_OPTS); do
    case ${word%%=*} in
      mode) printf '%s\n' "$word" ;;
      miimon) late=("$word" "${late[@]}") ;;
      *) late+=("$word") ;;
    esac
  done
  printf '%s\n' "${late[@]}"
}

# write BOND KEY VALUE: one option into sysfs; a missing file is the user's mistake.
write() {
  printf '%s\n' "$3" >"/sys/class/net/$1/bonding/$2" || echo "network-scripts: $2=$3 of $1 was not taken" >&2
}

# targets BOND LIST: sysfs takes them one by one; a target that is part of
# what is there already is passed over.
targets() {
  local target there
  for target in ${2//,/ }; do
    there=$(cat "/sys/class/net/$1/bonding/arp_ip_target")
    grep -qF -- "${target#+}" <<<"$there" || write "$1" arp_ip_target "+${target#+}"
  done
}

# options FILE BOND: all but primary, which wants its slave there.
options() {
  local word
  while read -r word; do
    case ${word%%=*} in
      '' | primary) ;;
      arp_ip_target) targets "$2" "${word##*=}" ;;
      *) write "$2" "${word%%=*}" "${word##*=}" ;;
    esac
  done < <(words "$1")
}

primary() {
  local word
  for word in $(setting "$1" BONDING_OPTS); do
    [ "${word%%=*}" != primary ] || write "$2" primary "${word##*=}"
  done
}

slaves() { grep -lE "^[[:space:]]*MASTER=[\"']?$1[\"']?([[:space:]#]|\$)" ifcfg-*; }

bond() { # FILE BOND
  local file slave mac
  ip link add "$2" type bond || return
  mac=$(setting "$1" MACADDR)
  [ -z "$mac" ] || ip link set "$2" address "$mac"
  options "$1" "$2"
  for file in $(slaves "$2"); do
    slave=$(setting "$file" DEVICE)
    ip link set "$slave" down
    ip link set "$slave" master "$2" || failed=1
  done
  primary "$1" "$2"
}

vlan() { # FILE LINK
  local id parent
  id=$(setting "$1" VID)
  parent=$(setting "$1" PHYSDEV)
  ip link add link "${parent:-${2%.*}}" name "$2" type vlan id "${id:-${2##*.}}"
}

# addresses FILE LINK: IPADDR, IPADDR0, IPADDR1 and so on, then IPv6.
addresses() {
  local n address
  for n in '' {0..20}; do
    address=$(setting "$1" "IPADDR$n")
    prefix=$(setting "$1" "PREFIX$n")
    [ -z "$address" ] || ip address add "$address/${prefix:-$(setting "$1" "NETMASK$n")}" dev "$2"
  done
  for address in $(setting "$1" IPV6ADDR) $(setting "$1" IPV6ADDR_SECONDARIES); do
    ip -6 address add "$address" dev "$2"
  done
}

routes() { # FILE LINK
  local gateway metric line
  gateway=$(setting "$1" GATEWAY) metric=$(setting "$1" METRIC)
  [ -z "$gateway" ] || ip route replace default via "$gateway" dev "$2" ${metric:+metric "$metric"}
  gateway=$(setting "$1" IPV6_DEFAULTGW)
  [ -z "$gateway" ] || ip -6 route replace default via "${gateway%%%*}" dev "$2"
  for line in "route-$2" "route6-$2"; do
    [ -e "$line" ] || continue
    grep -vE '^[[:space:]]*(#|$)' "$line" | while read -r line; do ip route add $line dev "$2" 2>/dev/null || ip -6 route add $line dev "$2"; done
  done
}

# lease LINK: a client for each link, with files of its own.
lease() {
  mkdir -p /var/lib/dhclient
  dhclient -1 -q -lf "/var/lib/dhclient/dhclient-$1.leases" -pf "/var/run/dhclient-$1.pid" "$1"
}

# lease6 LINK: the same for IPv6, which needs the link's own address.
lease6() {
  mkdir -p /var/lib/dhclient
  until ip -6 -o address show dev "$1" scope link -tentative | grep -q .; do sleep 0.1; done
  dhclient -6 -1 -lf "/var/lib/dhclient/dhclient6-$1.leases" -pf "/var/run/dhclient6-$1.pid" "$1"
}

up() { # FILE
  local link mtu mac
  link=$(setting "$1" DEVICE)
  if [ -n "$(setting "$1" BONDING_OPTS)" ]; then
    bond "$1" "$link"
  elif [ "$(setting "$1" VLAN)" = yes ]; then
    vlan "$1" "$link"
  else
    mac=$(setting "$1" MACADDR)
    [ -z "$mac" ] || ip link set "$link" address "$mac"
  fi
  mtu=$(setting "$1" MTU)
  [ -z "$mtu" ] || ip link set "$link" mtu "$mtu"
  ip link set "$link" up || failed=1
  addresses "$1" "$link"
  routes "$1" "$link"
  [ "$(setting "$1" BOOTPROTO)" != dhcp ] || lease "$link" || failed=1
  [ "$(setting "$1" DHCPV6C)" != yes ] || lease6 "$link" || failed=1
}

# Bonds and plain links first, then the VLANs on top of them.
for kind in '' yes; do
  for file in ifcfg-*; do
    [ "$(setting "$file" ONBOOT)" = yes ] && [ "$(setting "$file" SLAVE)" != yes ] || continue
    [ "$(setting "$file" VLAN)" = "$kind" ] || continue
    up "$file"
  done
done
exit "$failed"
