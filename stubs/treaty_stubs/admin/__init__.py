"""The admin API of stubs: JSON over HTTP on a port of its own, with a web page on it."""
