"""What the four services share: settings, web, background work, pace, faults, calls, mail, logs."""
