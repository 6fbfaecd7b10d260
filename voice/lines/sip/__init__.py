"""Telephony without anything in between: SIP and RTP by baresip, in a process of its own."""
