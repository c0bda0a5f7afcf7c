#!/bin/sh
# File a ticket and follow it until it has ended.
set -eu
tickets="$TTS_URL/api/ticket/tickets/"
answer=$(curl --silent --show-error --fail-with-body --max-time 30 --retry 3 --retry-connrefused "$tickets" \
  --header "X-API-Key: $TTS_API_KEY" --header "Content-Type: application/json" --header "Idempotency-Key: $ORDER" \
  --data '{
    "subject": "A drawing program for the training room",
    "category": "Software Installation",
    "department": "IT Department",
    "employee": {"name": "Noor Haddad", "email": "noor.haddad@example.com"}
  }')
number=$(printf '%s' "$answer" | sed -n 's/.*"ticket_number":"\([^"]*\)".*/\1/p')
echo "$number"
seen=""
while true; do
  status=$(curl --silent --show-error --fail --max-time 30 --retry 3 "$tickets$number/" --header "X-API-Key: $TTS_API_KEY" |
    sed -n 's/.*"status":"\([^"]*\)".*/\1/p')
  [ "$status" = "$seen" ] || echo "$status"
  seen=$status
  case $status in resolved | rejected | cancelled | withdrawn) exit 0 ;; esac
  sleep 2
done
