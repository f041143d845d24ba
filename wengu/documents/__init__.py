"""附件: files kept by the hash of their content."""
