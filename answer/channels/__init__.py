"""The channels a reply goes out by: one file each, registering itself."""
