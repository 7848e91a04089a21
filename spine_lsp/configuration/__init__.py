"""What users set: the options, the files and editors that they are read from, and what holds for a file."""
