"""Documents: photos and papers told by their content, cleaned, kept by their hash.

Nothing is imported here: the process that opens foreign bytes (``child``) starts light.
"""
