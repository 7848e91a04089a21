"""A run of `check`: the files, what is found in each and by which options, what is known already, what is mended."""
