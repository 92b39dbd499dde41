"""What the user wants: intent types, the parser, the memory, the planner, simulated users, training."""
