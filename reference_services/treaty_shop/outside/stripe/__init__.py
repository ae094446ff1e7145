"""A stand-in for the part of Stripe's API that the shop uses.

It answers as https://docs.stripe.com/api says: forms with bracket keys, error objects, idempotency keys, amounts in
minor units, and signed webhooks. It keeps everything in memory and moves no money.
"""
