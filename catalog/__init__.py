"""What can be recommended: a domain's fields, its items in columns, its vocabulary, and the loaders."""
