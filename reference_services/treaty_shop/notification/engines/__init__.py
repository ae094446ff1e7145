"""The engines of the notification service: MongoDB for what it keeps, Redis for its queue and its cache."""
