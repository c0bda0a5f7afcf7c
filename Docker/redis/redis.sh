#!/bin/sh
# The password by standard input: a command line is for all of the machine to read. In quotes, with what they must not hold escaped.
escaped=$(printf %s "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')
printf 'requirepass "%s"\n' "$escaped" | exec redis-server - --save "" --appendonly no
