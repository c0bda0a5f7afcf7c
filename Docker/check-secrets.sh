#!/bin/sh
# Stop the start in production, or where the servers would listen beyond this machine, while a secret is missing or
# well known. The services check their own as well; this names all of them at once, before anything runs.
is_production=""
[ "$DJANGO_ENV" = production ] && is_production=yes
case "$SERVERS_BIND_HOST" in
127.* | localhost | ::1 | "[::1]") [ -n "$is_production" ] || exit 0 ;;
esac
refused=""
# A server that another one stands in for (its containers: 0) has passwords of its own in its URL.
while IFS='=' read -r name value; do
    case "$name" in
    POSTGRES_PASSWORD | *_DATABASE_PASSWORD) [ "${POSTGRES_CONTAINERS:-1}" = 0 ] && continue ;;
    RABBITMQ_PASSWORD | *_RABBITMQ_PASSWORD) [ "${RABBITMQ_CONTAINERS:-1}" = 0 ] && continue ;;
    REDIS_PASSWORD) [ "${REDIS_CONTAINERS:-1}" = 0 ] && continue ;;
    *) continue ;;
    esac
    case "$value" in
    "" | admin | guest | postgres | postgrespass | servicepass | redispass | password | secret | changeme)
        refused="$refused $name" ;;
    esac
done <<VARIABLES
$(env)
VARIABLES
if [ -n "$is_production" ]; then
    [ -n "${DJANGO_SECRET_KEY:-}" ] || refused="$refused DJANGO_SECRET_KEY"
    [ -n "${NOTIFICATION_API_KEY:-}${SERVICE_API_KEYS:-}" ] || refused="$refused NOTIFICATION_API_KEY"
fi
[ -z "$refused" ] && exit 0
if [ -n "$is_production" ]; then
    echo "DJANGO_ENV=production, but these are missing or have well-known values:$refused" >&2
else
    echo "SERVERS_BIND_HOST=$SERVERS_BIND_HOST opens the servers to others, but these have well-known values:$refused" >&2
fi
exit 1
