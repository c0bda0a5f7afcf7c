"""The operations of each service, written from docs/openapi."""
