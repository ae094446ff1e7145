"""The configuration of a project, ``treaty.yaml``: read, checked, and as a value."""

from treaty.config.edges import EdgeSetting, parse_edge, parse_service
from treaty.config.load import CONFIG_NAME, find_config, load_config
from treaty.config.model import Config, RedactionSetting, Service

__all__ = [
    "CONFIG_NAME",
    "Config",
    "EdgeSetting",
    "RedactionSetting",
    "Service",
    "find_config",
    "load_config",
    "parse_edge",
    "parse_service",
]
