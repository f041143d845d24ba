"""导入: tabular files: receive, check, review, apply, reverse."""
