"""Teachers at an endpoint: any model that speaks OpenAI's chat completions labels commands by the contract.

Used for training data (`heed train label`) and, off the hot path, for commands that the student doubts.
"""
