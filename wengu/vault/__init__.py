"""密钥: key providers, encrypted fields, blind indexes."""
