"""Local stand-ins for what the shop uses outside: Stripe, and a mail server that catches mails."""
