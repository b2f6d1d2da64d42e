"""Text in Chinese and English: normalisation, words, sentences, language."""

from core.text.language import is_chinese, language_of, reply_language, spoken_letters
from core.text.normalize import fold, squeeze
from core.text.sentences import Span, split_clauses, split_sentences
from core.text.words import content_terms, index_terms

__all__ = [
    "Span",
    "content_terms",
    "fold",
    "index_terms",
    "is_chinese",
    "language_of",
    "reply_language",
    "split_clauses",
    "split_sentences",
    "spoken_letters",
    "squeeze",
]
