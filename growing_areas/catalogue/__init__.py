"""The dated catalogue of permitted farm inputs: pesticides, fertilisers, medicines, feed."""
