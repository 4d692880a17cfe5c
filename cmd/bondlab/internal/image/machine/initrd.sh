# make_initrd ROOT KERNEL FILE: the initial memory disk, which mounts the disk and
# no more. That of initramfs-tools has an udev of its own, and takes a machine
# under emulation a sixth of its boot.
make_initrd() {
  local root=$1 kernel=$2 file=$3 tree=$1/tmp/initrd verb module name names=
  mkdir -p "$tree"/{bin,dev,root,usr/lib}
  cp "$root"/usr/lib/klibc-*.so "$tree/usr/lib/"
  cp "$root"/usr/lib/klibc/bin/{insmod,mount,run-init,sh} "$tree/bin/"
  while read -r verb module _; do
    [ "$verb" = insmod ] || continue
    name=$(basename "$module")
    name=${name%%.*}
    case $module in
    *.xz) chroot "$root" xz --decompress --stdout "$module" ;;
    *) cat "$root$module" ;;
    esac >"$tree/$name.ko"
    names+=" $name"
  done < <(chroot "$root" modprobe --all --show-depends --set-version "$kernel" virtio_pci virtio_blk ext4)
  # A module of a processor that the emulator has not is refused, and another does its work.
  cat >"$tree/init" <<-EOF
	#!/bin/sh
	mount -t devtmpfs dev /dev
	for module in$names; do
	  insmod /\$module.ko 2>/dev/null
	done
	mount -t ext4 /dev/vda /root
	mount -o move /dev /root/dev
	exec run-init /root /sbin/init </root/dev/console >/root/dev/console 2>&1
	EOF
  chmod +x "$tree/init"
  chroot "$root" sh -c 'cd /tmp/initrd && find . | cpio --quiet --create --format=newc' >"$file"
  rm -r "$tree"
}
