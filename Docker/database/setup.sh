#!/bin/sh
# Create the databases that are missing, and each service's login. Runs in PostgreSQL's image at every start.
# PGHOST, PGUSER and PGPASSWORD name the administrator; NAME_DATABASE_PASSWORD the password of each service.
# With DATABASE_URL the server is another's to manage: its databases are created, its logins left alone.
set -eu

# The connection to a database: by its name here, by its URL elsewhere.
connection_to() {
    [ -n "${DATABASE_URL:-}" ] || { echo "$1"; return; }
    echo "$DATABASE_URL" | sed -E "s#^([a-z]+://[^/?]*)(/[^?]*)?#\\1/$1#"
}
# From which others are created: the one that the URL names, if any.
maintenance=$(echo "${DATABASE_URL:-}" | sed -nE 's#^[a-z]+://[^/]*/([^?]+).*$#\1#p')
maintenance=${maintenance:-postgres}

tries=0
until failure=$(psql --quiet --dbname "$(connection_to "$maintenance")" --command 'SELECT 1' 2>&1 >/dev/null); do
    case "$failure" in
    *"password authentication failed"*)
        echo "$failure" >&2
        echo "The data in the volume keep the password they were made with. Give that one as POSTGRES_PASSWORD, or change it" >&2
        echo "there: docker compose exec db psql -U postgres -c \"ALTER ROLE postgres PASSWORD '…'\" (docs/operations/secrets.md)." >&2
        exit 1 ;;
    esac
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || { echo "$failure" >&2; exit 1; }
    sleep 1
done

while read -r database variable; do
    psql --quiet --dbname "$(connection_to "$maintenance")" --variable "name=$database" <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SQL
    [ -z "${DATABASE_URL:-}" ] || continue
    eval "password=\$$variable"
    SERVICE_LOGIN=$database SERVICE_PASSWORD=$password \
        psql --quiet --dbname "$database" --file /database/logins.sql --file /database/rights.sql < /dev/null
done <<'SERVICES'
authservice AUTH_DATABASE_PASSWORD
workflowmanagement WORKFLOW_DATABASE_PASSWORD
messagingservice MESSAGING_DATABASE_PASSWORD
notificationservice NOTIFICATION_DATABASE_PASSWORD
ticketmanagement TICKET_DATABASE_PASSWORD
SERVICES
echo "Five databases and their logins are in place."
