"""Witnesses of the ledger as admins keep them: registering, suspending, withdrawing, alarms."""
