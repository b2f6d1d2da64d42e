"""The drafters: one file each, registering itself."""
