"""Growing areas: plots, registrations, inspections, codes, the farm diary."""
