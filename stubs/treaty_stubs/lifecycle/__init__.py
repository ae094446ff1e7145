"""The life cycle of what a provider keeps, learned from pacts alone: `treaty stub --stateful`."""
