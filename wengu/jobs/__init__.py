"""任务: long work: lease, checkpoint, progress, cancel."""
