"""Taking back steps that were recorded by mistake: struck out, never wiped out."""
