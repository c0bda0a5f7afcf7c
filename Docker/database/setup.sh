#!/bin/sh
# Create the databases that are missing, and each service's login. Runs in PostgreSQL's image at every start.
# PGHOST, PGUSER and PGPASSWORD name the administrator; NAME_DATABASE_PASSWORD the password of each service.
set -eu
while read -r database variable; do
    psql --quiet --dbname postgres --variable "name=$database" <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SQL
    eval "password=\$$variable"
    SERVICE_LOGIN=$database SERVICE_PASSWORD=$password \
        psql --quiet --dbname "$database" --file /database/logins.sql < /dev/null
done <<'SERVICES'
authservice AUTH_DATABASE_PASSWORD
workflowmanagement WORKFLOW_DATABASE_PASSWORD
messagingservice MESSAGING_DATABASE_PASSWORD
notificationservice NOTIFICATION_DATABASE_PASSWORD
ticketmanagement TICKET_DATABASE_PASSWORD
SERVICES
echo "Five databases and their logins are in place."
