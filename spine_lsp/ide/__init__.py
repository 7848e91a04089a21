"""One file an editor feature: pure functions over a snapshot, in offsets and plain values."""
