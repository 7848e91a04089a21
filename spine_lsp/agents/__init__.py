"""What programs are told of a workspace, over the Model Context Protocol: few tools, short answers, nothing run."""
