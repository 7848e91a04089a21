"""Files and folders: what is searched, what is left out, and how bytes are read; nothing of what they mean."""
