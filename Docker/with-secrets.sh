#!/bin/sh
# Run a command with every secret NAME whose value stands in the file that NAME_FILE names. The file counts where both
# are given, as in the services themselves. Only names of secrets: others, such as SSL_CERT_FILE, mean the file itself.
set -eu
secrets='s/^\([A-Z_]*\(PASSWORD\|PASS\|AUTH\|KEY\|KEYS\)\)_FILE=\(.*\)$/\1/p'
for name in $(env | sed -n "$secrets"); do
    eval "file=\$${name}_FILE"
    # The images' own scripts refuse NAME_FILE beside NAME, even an empty one.
    unset "${name}_FILE"
    [ -n "$file" ] || continue
    [ -r "$file" ] || { echo "${name}_FILE=$file cannot be read." >&2; exit 1; }
    value=$(cat "$file")
    export "$name=$value"
done
exec "$@"
