"""The store and station desk: receiving, the night and its veto, courier waves."""
