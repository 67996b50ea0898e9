"""Schemas of registries."""
