"""Recalls (thu hồi): everything a suspicion reaches, held first, then decided and told."""
