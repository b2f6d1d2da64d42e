"""The glossary: what things are called here, what else they are called, and what they are not."""

from corpus.glossary.entry import Entry, Named, Status
from corpus.glossary.lexicon import Found, Lexicon
from corpus.glossary.store import Glossary

__all__ = ["Entry", "Found", "Glossary", "Lexicon", "Named", "Status"]
