#!/bin/sh
# Make the secret files that production.env names and that are not there yet: Docker/make-secrets.sh FOLDER
# A file that is there stays as it is. Set SECRETS_DIR to the folder.
set -eu
folder=${1:?name the folder}
here=$(cd "$(dirname "$0")" && pwd)
umask 077
mkdir -p "$folder"
for name in $(sed -n 's#^[A-Z_]*_FILE=/run/secrets/##p' "$here/production.env"); do
    [ -s "$folder/$name" ] && continue
    head -c 48 /dev/urandom | base64 | tr -d '\n/+=' > "$folder/$name"
    echo "made $name"
done
# The services run as this user; the servers' and the gateway's containers read their files as root.
[ "$(id -u)" != 0 ] || chown -R 10001:10001 "$folder"
