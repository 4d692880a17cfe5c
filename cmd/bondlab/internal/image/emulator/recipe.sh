#!/usr/bin/env bash
# Lays out the emulator: recipe.sh SUITE DIR. It runs from there under its own
# loader and beside its own libraries, so that it is the same on every host.
set -euo pipefail
suite=$1 out=$2
echo "bondlab: the emulator of $suite"
mmdebstrap --quiet --variant=extract --mode=root --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --include=qemu-system-x86 "$suite" "$out/root"
