#!/usr/bin/env bash
# Makes the test machine: recipe.sh SUITE DIR NETWORKMANAGER. DIR gets vmlinuz,
# initrd and root.img, a Debian with a stock kernel and the managers that read
# our files; NETWORKMANAGER is the tree of a daemon that Debian does not have.
# What changes here changes the hash of the recipe, and the machine is made anew.
set -euo pipefail
suite=$1 out=$2 networkmanager=$3
here=$(dirname "$0")
root=$out/root
packages=(
  systemd systemd-sysv libpam-systemd udev dbus kmod procps klibc-utils cpio xz-utils linux-image-amd64
  ifupdown ifenslave network-manager netplan.io wpasupplicant isc-dhcp-client dhcpcd-base systemd-resolved
  hostapd dnsmasq-base iw wireless-regdb rfkill
  iproute2 iputils-ping ppp ethtool tcpdump jq openssh-server python3
)
say() { echo "bondlab: $*"; }
. "$here/ifcfg.sh"
. "$here/ifupdown2.sh"
. "$here/initrd.sh"

say "the root file system of $suite"
IFS=,
mmdebstrap --quiet --variant=apt --mode=root --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --skip=cleanup/apt --include="${packages[*]}" "$suite" "$root"
unset IFS

say "only the modules that a guest needs"
kernel=$(basename "$root"/usr/lib/modules/*)
modules=$root/usr/lib/modules/$kernel/kernel
rm -rf "$modules"/sound "$modules"/drivers/{gpu,media,scsi,usb,staging,infiniband,iio,hid,input,ata,md,mmc,nvme,net/ethernet} \
  "$modules"/drivers/net/wireless/[!v]*/ "$modules"/fs/{btrfs,xfs,ocfs2,gfs2,ceph,nfs,nfsd,f2fs,smb,jfs,bcachefs}
mkdir -p "$modules/drivers/net/wireless"
chroot "$root" depmod "$kernel"

say "the initial memory disk"
make_initrd "$root" "$kernel" "$out/initrd"

say "the guest's own files"
# systemd-resolved, which only a scenario starts, has put a link there, and a
# resolvconf that does nothing where it does not run.
rm -f "$root/etc/resolv.conf" "$root/usr/sbin/resolvconf"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Debian keeps NetworkManager away from veth links, which are the cables here.
rm -f "$root/usr/lib/udev/rules.d/85-nm-unmanaged.rules"
for unit in NetworkManager NetworkManager-wait-online networking systemd-networkd systemd-networkd.socket \
  systemd-networkd-wait-online systemd-resolved wpa_supplicant hostapd dnsmasq ssh systemd-timesyncd \
  apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer dpkg-db-backup.timer; do
  chroot "$root" systemctl disable "$unit" >/dev/null 2>&1 || true
done
chroot "$root" systemctl mask systemd-networkd-wait-online NetworkManager-wait-online getty@tty1 serial-getty@ttyS0 >/dev/null 2>&1
. "$here/boot.sh"
quicken_boot "$root"
cp -r "$here/files/." "$root/"
echo lab >"$root/etc/hostname"
mkdir -p "$root/lab"
chroot "$root" systemctl enable bondlab bondlab-world >/dev/null 2>&1

say "managers that Debian has no place for"
install_ifcfg "$root" "$networkmanager"
install_ifupdown2 "$root"

say "the disk"
cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
rm -rf "$root"/boot/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
truncate -s 900M "$out/root.img"
mke2fs -q -F -t ext4 -d "$root" -E lazy_itable_init=0 "$out/root.img"
rm -rf "$root"
