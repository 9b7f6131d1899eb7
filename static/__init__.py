"""Style sheets, icons and scripts that pages load."""
