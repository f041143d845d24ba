"""审计: who did what, when, why: one event per action, in the same transaction."""
