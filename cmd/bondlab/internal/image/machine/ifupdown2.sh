# ifupdown2 beside ifupdown, which its package will not have: its own files,
# without the names that both have in /sbin.

install_ifupdown2() {
  local root=$1 names=$1/usr/lib/bondlab/ifupdown2 program=/usr/share/ifupdown2/__main__.py
  chroot "$root" sh -c 'cd /tmp && apt-get -qq download ifupdown2 && dpkg -x ifupdown2_*.deb ifupdown2'
  cp -r "$root/tmp/ifupdown2/usr/share/ifupdown2" "$root/usr/share/"
  cp -r "$root/tmp/ifupdown2/etc/network/ifupdown2" "$root/etc/network/"
  cp -r "$root/tmp/ifupdown2/var/lib/ifupdown2" "$root/var/lib/"
  rm -r "$root"/tmp/ifupdown2*
  chroot "$root" python3 -W ignore -m compileall -q /usr/share/ifupdown2
  chmod +x "$root$program" "$names/run"
  mkdir "$names/program"
  for name in ifup ifdown ifquery ifreload; do
    ln -s "$program" "$names/program/$name"
    ln -s run "$names/$name"
  done
}
