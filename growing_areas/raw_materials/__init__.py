"""Raw-material areas: registrations of several organisations that supply one buyer."""
