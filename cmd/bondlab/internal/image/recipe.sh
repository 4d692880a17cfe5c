#!/usr/bin/env bash
# Makes the test machine: recipe.sh SUITE DIR. DIR gets vmlinuz, initrd and
# root.img, a Debian with a stock kernel and the managers that read our files.
# What changes here changes the hash of the recipe, and the machine is made anew.
set -euo pipefail
suite=$1 out=$2
root=$out/root
packages=(
  systemd systemd-sysv libpam-systemd udev dbus kmod procps initramfs-tools zstd linux-image-amd64
  ifupdown ifenslave network-manager netplan.io wpasupplicant isc-dhcp-client
  hostapd dnsmasq-base iw wireless-regdb rfkill
  iproute2 iputils-ping ethtool tcpdump jq openssh-server
)
say() { echo "bondlab: $*"; }

say "the root file system of $suite"
IFS=,
mmdebstrap --quiet --variant=apt --mode=root --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --include="${packages[*]}" "$suite" "$root"
unset IFS

say "only the modules that a guest needs"
kernel=$(basename "$root"/usr/lib/modules/*)
modules=$root/usr/lib/modules/$kernel/kernel
rm -rf "$modules"/sound "$modules"/drivers/{gpu,media,scsi,usb,staging,infiniband,iio,hid,input,ata,md,mmc,nvme,net/ethernet} \
  "$modules"/drivers/net/wireless/[!v]*/ "$modules"/fs/{btrfs,xfs,ocfs2,gfs2,ceph,nfs,nfsd,f2fs,smb,jfs,bcachefs}
mkdir -p "$modules/drivers/net/wireless"
chroot "$root" depmod "$kernel"

say "the initial memory disk"
echo MODULES=list >"$root/etc/initramfs-tools/conf.d/bondlab"
printf '%s\n' virtio_pci virtio_blk ext4 9p 9pnet_virtio >>"$root/etc/initramfs-tools/modules"
chroot "$root" update-initramfs -u -k "$kernel" >/dev/null

say "the guest's own files"
# Debian keeps NetworkManager away from veth links, which are the cables here.
rm -f "$root/usr/lib/udev/rules.d/85-nm-unmanaged.rules"
for unit in NetworkManager NetworkManager-wait-online networking systemd-networkd systemd-networkd.socket \
  systemd-networkd-wait-online systemd-resolved wpa_supplicant hostapd dnsmasq ssh systemd-timesyncd \
  apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer dpkg-db-backup.timer; do
  chroot "$root" systemctl disable "$unit" >/dev/null 2>&1 || true
done
chroot "$root" systemctl mask systemd-networkd-wait-online NetworkManager-wait-online getty@tty1 serial-getty@ttyS0 >/dev/null 2>&1
echo lab >"$root/etc/hostname"
: >"$root/etc/machine-id"
mkdir -p "$root/lab"
cat >"$root/etc/systemd/system/bondlab.service" <<'UNIT'
[Unit]
Description=The guest's end of bondlab
After=basic.target dbus.socket

[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStartPre=/usr/bin/mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=none host /lab
ExecStart=/lab/bondlab agent
ExecStopPost=/usr/bin/systemctl poweroff --force
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS1
Environment=HOME=/root TERM=linux

[Install]
WantedBy=multi-user.target
UNIT
chroot "$root" systemctl enable bondlab >/dev/null 2>&1

say "the disk"
cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
cp "$root"/boot/initrd.img-* "$out/initrd"
rm -rf "$root"/boot/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
mke2fs -q -t ext4 -d "$root" -O ^has_journal "$out/root.img" 900M
rm -rf "$root"
