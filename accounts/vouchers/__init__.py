"""Vouchers: what proves the erasable part of a row, handed to the person it is about."""
