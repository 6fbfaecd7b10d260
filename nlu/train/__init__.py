"""Trains what `nlu` learns from written lines; not imported by the product."""
