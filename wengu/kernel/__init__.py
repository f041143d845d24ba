"""值: the values that every part of the house shares (standard library only)."""
