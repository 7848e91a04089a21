"""One module for each editor feature: snapshot, translate in, one call into `ide`, translate out."""
