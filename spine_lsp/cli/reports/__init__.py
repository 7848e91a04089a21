"""What commands print: each as text for a terminal, and in the other formats that it has."""
