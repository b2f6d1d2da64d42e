"""The steps beside the conversation on the desk."""
