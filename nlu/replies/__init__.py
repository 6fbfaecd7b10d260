"""How a question of ours was taken."""
