"""The two examples played through the same actions as the screens use, with a simulated clock."""
