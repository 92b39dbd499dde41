"""How well the parser reads what it never saw: scored as the intent contract says, beside simpler readers."""
