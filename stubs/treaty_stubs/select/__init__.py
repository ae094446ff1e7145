"""Which interaction answers a request (DESIGN 4.7); pure, nothing here touches a socket or a file."""
