"""The cooperative register (*hồ sơ hợp tác xã*): profiles, completeness, yearly confirmation."""
