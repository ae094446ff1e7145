"""The composition root: the one place that joins the core with adapters and stubs, a module for each concern."""
