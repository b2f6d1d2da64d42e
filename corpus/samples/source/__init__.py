"""Sources of the sample documents and the renderers that build them."""
