"""Alembic's environment and the migrations, one file a step: NNNN_verb_noun.py."""
