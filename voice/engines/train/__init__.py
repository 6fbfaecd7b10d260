"""How the ear for the telephone's band was trained; `python -m voice.engines.train` does it all again.

Rule: everything it learns from is synthetic, so that the weights carry no person's voice and need no licence but
that of the voices. It needs the extra `train` (torch, onnx, scipy); nothing at run time imports it.
"""
