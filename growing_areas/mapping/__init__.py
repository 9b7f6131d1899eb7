"""What public maps need of growing areas: counts and changes by cell, the owner's choice."""
