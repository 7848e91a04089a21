"""What Python source declares to Spine, read from texts: nothing of it is ever imported or run."""
