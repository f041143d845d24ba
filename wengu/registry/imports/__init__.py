"""表种: the sheets that a city's offices hand in, each as columns, checks and statements."""
