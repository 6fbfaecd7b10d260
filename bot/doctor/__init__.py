"""Why does no call arrive? What a newcomer's installation lacks, found by trying."""
