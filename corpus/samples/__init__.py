"""The sample corpus: documents of a made-up maker of household electronics."""
