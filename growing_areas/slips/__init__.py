"""Buying slips (phiếu thu mua): what a household handed over, at what price; also the harvest."""
