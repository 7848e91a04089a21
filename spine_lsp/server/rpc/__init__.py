"""JSON-RPC as bytes: what comes in, what waits, what goes out."""
