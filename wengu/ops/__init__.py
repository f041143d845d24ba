"""运维: the commands. Each reads its arguments, calls one thing below, prints the answer."""
