"""What was measured is shown: hours, days, drawings, and the days that the ledger holds."""
