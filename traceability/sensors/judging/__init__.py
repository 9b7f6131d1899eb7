"""What was measured is judged: limits, alarms, late readings, letters."""
