#!/bin/sh
# Makes the secrets of the compose stack once, at random: .env for Compose, token.key for the masking keys.
set -eu
cd "$(dirname "$0")"
random() { head -c 24 /dev/urandom | base64 | tr -d '+/=\n'; }
umask 077
if [ ! -s ../../.env ]; then
  for name in CLICKHOUSE_PASSWORD KEYCLOAK_ADMIN_PASSWORD PRODUCER_SECRET APPROVER_PASSWORD; do
    printf '%s=%s\n' "$name" "$(random)"
  done > ../../.env
fi
# The container's user is not the owner of this file on the host, so it must be readable to others.
[ -s token.key ] || { head -c 32 /dev/urandom > token.key; chmod 644 token.key; }
echo "secrets are in .env and deploy/compose/token.key; next: docker compose up --build --wait"
