"""The driver: one realistic, repeatable day of a client of the shop."""
