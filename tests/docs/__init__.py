"""The written pages say what the code does, no more and no less."""
