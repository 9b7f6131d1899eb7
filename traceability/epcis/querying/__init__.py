"""Asking for events: filters, pages, named queries, subscriptions, and who may see what."""
