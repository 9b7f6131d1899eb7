"""Packing houses (cơ sở đóng gói): their register, life cycle, codes and pages."""
