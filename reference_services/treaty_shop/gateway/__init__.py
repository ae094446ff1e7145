"""The gateway: one address for clients, in front of all services."""
