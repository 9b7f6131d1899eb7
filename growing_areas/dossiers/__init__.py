"""Dossiers: from a draft to a code, and what keeps the code alive."""
