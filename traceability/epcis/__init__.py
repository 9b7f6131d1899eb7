"""EPCIS 2.0: events of ours and of partners, as other systems that speak GS1 know them."""
