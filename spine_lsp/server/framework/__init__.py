"""pygls, and the only importer of it."""
