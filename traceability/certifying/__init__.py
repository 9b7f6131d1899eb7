"""What vouches for goods: certificates of products and batches, results of laboratories."""
