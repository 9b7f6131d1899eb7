"""What several benchmarks share: Debian's PostgreSQL, seeded areas, plain timing."""
