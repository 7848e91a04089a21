"""Hover: what there is to say of the token under the pointer."""
