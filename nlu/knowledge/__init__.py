"""Which entry of a company's script answers a question, if any may."""
