# The NetworkManager that reads ifcfg files, beside Debian's own. Its unit is
# Debian's with another daemon; nothing enables it, a scenario starts it.
# systemd loads no two units with one BusName: this one waits by itself until the
# daemon answers.

install_ifcfg() {
  local root=$1 tree=$2 units=$1/usr/lib/systemd/system
  local daemon=/usr/lib/bondlab/nm-ifcfg/NetworkManager
  local bus=org.freedesktop.NetworkManager
  local asked="busctl get-property $bus /${bus//.//}/Settings $bus.Settings CanModify"
  local wait="until $asked >/dev/null 2>\&1; do sleep 0.1; done"
  cp -r "$tree/usr" "$root/"
  sed -e '/^Description=/s/$/, which reads ifcfg files/' \
    -e '/^\[Unit\]/a Conflicts=NetworkManager.service\nAfter=NetworkManager.service' \
    -e 's/^Type=dbus/Type=exec/' -e '/^BusName=/d' \
    -e "s|^ExecStart=.*|ExecStart=$daemon --no-daemon --config=$daemon.conf\nExecStartPost=/bin/sh -c '$wait'|" \
    -e '/^\[Install\]/,$d' \
    "$units/NetworkManager.service" >"$units/bondlab-nm-ifcfg.service"
}
