"""Plans, indicators and targets as data; facts, series, exports."""
