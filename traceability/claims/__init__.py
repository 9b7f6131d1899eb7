"""Claims: what somebody tells of another's goods, until the owner or an officer says it is so."""
