"""Invitations kept in order: how many a day, listed with their state, sent again, withdrawn."""
