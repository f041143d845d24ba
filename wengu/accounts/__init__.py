"""用户: users, posts, roles, and the one Scope (region × role)."""
