"""What every room stands on: configuration, database, errors, jobs, formats."""
