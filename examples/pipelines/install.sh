#!/usr/bin/env bash
# install.sh VERSION puts sigsync into the current folder's bin, from a release whose checksums it has looked at. Who signed those:
# docs/releasing.md.
set -euo pipefail

release=https://github.com/sigsync/sigsync/releases/download/v$1
archive=sigsync_$1_linux_amd64.tar.gz
curl --silent --show-error --fail --location --remote-name-all "$release/$archive" "$release/checksums.txt"
sha256sum --check --ignore-missing --strict checksums.txt
mkdir -p bin
tar --extract --gzip --file "$archive" --directory bin sigsync
