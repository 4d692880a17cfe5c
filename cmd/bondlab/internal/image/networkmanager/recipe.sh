#!/usr/bin/env bash
# Builds NetworkManager with the plugin that reads ifcfg files, which Debian
# leaves out, from Debian's source package: recipe.sh SUITE DIR. DIR gets a
# daemon that finds its plugins in /usr/lib/bondlab/nm-ifcfg, and nothing else.
set -euo pipefail
suite=$1 out=$2
home=/usr/lib/bondlab/nm-ifcfg
chroot=$out/chroot log=$out/log
say() { echo "bondlab: $*"; }

off=(ppp modem_manager ovs nmtui nmcli nm_cloud_setup bluez5_dun ofono teamdctl selinux polkit qt
  docs introspection vapi concheck firewalld_zone libpsl)
options=("${off[@]/%/=false}" ifcfg_rh=true tests=no libaudit=no session_tracking=no crypto=gnutls
  systemdsystemunitdir=no udev_dir=no buildtype=plain c_args=-O1)

targets=(
  src/core/NetworkManager
  src/nm-daemon-helper/nm-daemon-helper
  src/core/devices/wifi/libnm-device-plugin-wifi.so
  src/core/settings/plugins/ifcfg-rh/libnm-settings-plugin-ifcfg-rh.so
)

# inside runs a command in the chroot, with a /proc (a script of the build wants
# /dev/fd) in a name space of its own: the mount ends with the command.
inside() {
  unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$chroot" \
    env DEBIAN_FRONTEND=noninteractive LC_ALL=C HOME=/tmp "$@"
}

# leave shows the end of a log that should have been longer.
leave() {
  local status=$?
  if [ "$status" != 0 ] && [ -f "$log" ]; then tail -n 30 "$log" >&2; fi
  rm -rf --one-file-system "$chroot" "$log"
}

prepare() {
  mmdebstrap --quiet --variant=apt --mode=root --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --setup-hook='sed -i "p;s/^deb /deb-src /" "$1/etc/apt/sources.list"' \
    --skip=cleanup/apt "$suite" "$chroot"
  inside apt-get -q -y build-dep --arch-only -P nodoc,nocheck network-manager
  inside apt-get -q -y install meson ninja-build libdbus-1-dev # bookworm builds it with autotools
}

compile() {
  inside sh -c 'cd /tmp && apt-get -q source network-manager && mv network-manager-*/ source'
  inside meson setup /tmp/build /tmp/source --prefix="$home" --libdir=lib --libexecdir=. --sbindir=. \
    --sysconfdir=/etc --localstatedir=/var "${options[@]/#/-D}"
  inside ninja -C /tmp/build "${targets[@]}"
}

gather() {
  local version plugins
  version=$(inside /tmp/build/src/core/NetworkManager --version)
  plugins=$out$home/lib/NetworkManager/$version
  mkdir -p "$plugins" "$out/usr/share/dbus-1/system.d"
  cp "$chroot"/tmp/source/src/core/settings/plugins/ifcfg-rh/nm-ifcfg-rh.conf "$out/usr/share/dbus-1/system.d/"
  for target in "${targets[@]}"; do
    case $target in
      *.so) install -s "$chroot/tmp/build/$target" "$plugins/" ;;
      *) install -s "$chroot/tmp/build/$target" "$out$home/" ;;
    esac
  done
}

trap leave EXIT
say "what NetworkManager's build needs, of $suite"
prepare >"$log" 2>&1
say "NetworkManager with its reader of ifcfg files"
compile >>"$log" 2>&1
gather
