"""Printed papers: A4, Vietnamese administrative form, drawn from plain blocks."""
