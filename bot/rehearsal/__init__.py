"""Callers that rehearse a company with sound: a plan, a mind, a voice, a telephone, a judge."""
