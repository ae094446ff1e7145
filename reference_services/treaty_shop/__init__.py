"""The shop: four small services that call each other, for recording and verifying contracts."""
