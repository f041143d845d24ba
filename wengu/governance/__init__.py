"""政策管理: parameter rows, the business date of a demo, working days."""
