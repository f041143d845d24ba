"""行政区划: divisions over time, their succession and outlines."""
