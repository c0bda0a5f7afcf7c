#!/bin/sh
# Print the Secrets that the manifests refer to, from the files that Docker/make-secrets.sh made:
#   Docker/make-secrets.sh FOLDER && Docker/kubernetes/secrets.sh FOLDER | kubectl apply -f -
# Those of others (smtp, attachment-store, backup-store, gateway-tls) are in docs/operations/kubernetes.md.
set -eu
folder=${1:?name the folder}
namespace=${2:-ticket-tracking}

begin() { # name, type
    printf -- '---\napiVersion: v1\nkind: Secret\ntype: %s\nmetadata: { name: %s, namespace: %s }\ndata:\n' "$2" "$1" "$namespace"
}
from_file() { # key, file
    [ -s "$folder/$2" ] || { echo "$folder/$2 is missing: Docker/make-secrets.sh $folder" >&2; exit 1; }
    printf '  %s: %s\n' "$1" "$(tr -d '\r\n' < "$folder/$2" | base64 | tr -d '\n')"
}
login() { # name of the Secret, login, file of its password
    begin "$1" kubernetes.io/basic-auth
    printf '  username: %s\n' "$(printf %s "$2" | base64)"
    from_file password "$3"
}

begin ticket-tracking Opaque
for name in django_secret_key notification_api_key redis_password; do from_file "$name" "$name"; done
login postgres-owner ticket_tracking postgres_password
while read -r service database broker; do
    login "postgres-$service" "$database" "${service}_database_password"
    login "rabbitmq-$service" "$broker" "${service}_rabbitmq_password"
done <<'SERVICES'
auth authservice auth
workflow workflowmanagement workflow_api
messaging messagingservice messaging
notification notificationservice notification_service
ticket ticketmanagement ticket_service
SERVICES
