"""台账: what is true, since when, says who."""
