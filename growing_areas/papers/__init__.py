"""Papers of growing areas: certificate, decision and the printed dossier. Always in Vietnamese."""
