"""Why they call: the reason, whether they sell, how urgent it is, and the matter in the caller's own words."""
