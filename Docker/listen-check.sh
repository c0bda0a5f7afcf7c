#!/bin/sh
# Stop the start where servers with well-known passwords would listen beyond this machine.
case "$SERVERS_BIND_HOST" in 127.* | localhost | ::1 | "[::1]") exit 0 ;; esac
refused=""
while IFS='=' read -r name value; do
    case "$name=$value" in
    POSTGRES_PASSWORD=postgrespass | RABBITMQ_PASSWORD=admin | REDIS_PASSWORD=redispass | *_DATABASE_PASSWORD=servicepass | *_RABBITMQ_PASSWORD=servicepass)
        refused="$refused $name" ;;
    esac
done <<VARIABLES
$(env)
VARIABLES
[ -z "$refused" ] && exit 0
echo "SERVERS_BIND_HOST=$SERVERS_BIND_HOST opens the servers to others, but these have well-known values:$refused" >&2
exit 1
