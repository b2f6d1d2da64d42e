"""Names of people as they stand in English and other Latin letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from core.personal.found import GUESSED, NAMED, SHAPED, Found
from core.personal.kinds import PersonalKind
from core.personal.labels import hinted
from core.personal.words import FAMILY_NAMES, GIVEN_NAMES, NOT_NAMES, SURNAMES, WORD_NAMES

_UP, _LOW = r"[A-ZÀ-ÞĀ-ſ]", r"[a-zà-ÿĀ-ſ]"
_WORD = rf"(?:{_UP}{_LOW}[a-zà-ÿĀ-ſ'’]*(?:[-'’]?{_UP}{_LOW}+)*|O['’]{_UP}{_LOW}+|{_UP}\.?(?![A-Za-z0-9]))"
_EN = rf"(?:{_WORD}(?:[ ](?:van|von|de|da|del|der|den|la|le|bin|binti|al|el|ter)(?=[ ])|[ ]{_WORD}){{0,4}})"
_FULL = rf"(?:{_WORD}(?:[ ](?:van|von|de|da|del|der|den|la|le|bin|binti|al|el|ter)(?=[ ])|[ ]{_WORD}){{1,4}})"
_ANNOUNCED = re.compile(
    r"(?:\b[Mm]y (?:full |first |last |maiden |legal |real )?name(?:'s| is|:)|\bname's|\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]he|[Tt]heir) (?:late |elderly |older |younger |little |ex-|new )?(?:husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|cousin|aunt|uncle|nephew|niece|grandson|grandmother|grandfather|grandma|grandpa|gran|nan|stepson|stepdaughter|granddaughter|fianc[eé]e?|colleague|co-?worker|friend|boss|manager|assistant|roommate|flatmate|partner|neighbou?r|tenant|landlord|landlady|nurse|driver|courier|plumber|technician|engineer|receptionist|accountant|secretary|nanny|intern|student|teacher|patient|client)(?:'s name is| is called| named)?,?|\b(?:[Ii]nstaller|[Tt]echnician|[Dd]river|[Cc]ourier|[Ee]ngineer|[Aa]gent|guy|man|lady|woman|plumber) (?:(?:was|is) )?(?:called|named)|\b[Nn]ame on (?:the |my )?(?:card|order|account|booking|ticket|parcel)(?: is|:)?"
    r"|\b(?:[Rr]ecipient|[Cc]onsignee|[Cc]ardholder|[Cc]ard holder|[Aa]ccount holder|[Cc]ontact person|[Cc]ontact name|[Ss]ender|[Aa]ttn|[Aa]ttention|[Ss]hip to|[Dd]eliver to|[Bb]ill to|[Ss]igned(?: for)? by|[Aa]ddressed to|[Rr]egistered to|[Ii]n the name of|[Uu]nder the name(?: of)?|[Uu]nder|[Oo]n behalf of|c/o|[Bb]eneficiary|[Pp]assenger|[Pp]atient|[Gg]uest|[Ff]ull name|[Cc]ustomer name|[Ff]irst name|[Ll]ast name|[Ss]urname|[Cc]ustomer|[Cc]aller|[Tt]enant|[Tt]raveller|[Tt]raveler|[Oo]ccupant|[Pp]ayee|[Pp]ayer|[Aa]pplicant|[Pp]olicyholder|[Ss]tudent|[Ee]mployee|[Nn]ext of kin|[Ee]mergency contact|[Ss]igned|[Nn]ame)(?:(?:'s)? name)?(?: is| was| to| should (?:be|read|say)| must (?:be|read)| will be| reads|:|\.:|\.)?"
    rf") {{0,2}}[\"“]?(?P<name>{_EN})"
)
# Behind these a word with a capital is a name, be it on no list.
_OWN = (
    r"(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir) (?:late |elderly |older |younger |little |ex-|new )?(?:husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|cousin|aunt|uncle|nephew|niece|grandson|grandmother|grandfather|grandma|grandpa|gran|nan|stepson|stepdaughter"
    r"|granddaughter|fianc[eé]e?|colleague|co-?worker|friend|roommate|flatmate|neighbou?r|landlord|landlady|nanny)\b(?!'s (?!name))"
)
_SURE = re.compile(
    rf"{_OWN}|[Nn]ame (?:should|must)|\w{3, 10} (?:(?:was|is) )?(?:called|named) |"
    r"[Mm]y (?:full |first |last |maiden |legal |real )?name|[Rr]ecipient|[Cc]onsignee|[Cc]ard ?holder|[Aa]ccount holder|[Cc]ontact (?:person|name)|[Aa]ddressed|[Ss]igned for by|[Gg]uest name|[Tt]enant name|[Pp]atient|[Bb]eneficiary"
    r"|[Aa]tt(?:n|ention)|[Ff]ull name|[Cc]ustomer name|[Nn]ame on|[Ii]n the name|[Uu]nder the name|name's|Mr|Mrs|Ms|Miss|Dr|Prof|Mx|Professor|Doctor|Madame|Herr|Frau|Señor|Señora|Monsieur|Captain|Capt|Sgt|Sergeant|Officer|Nurse|Rev|Reverend|Pastor|Rabbi|Judge|Coach|Mme|Sra|Lt|Colonel|Major General"
)
_I_AM_EN = re.compile(
    rf"(?:\bI am|\bI['’]m|\b[Tt]his is|\b[Ii]t['’]s|\b[Cc]all me|\b[Nn]ame:|\b(?:[Ss]poke|[Ss]peak|[Ss]peaking|[Tt]alk(?:ed|ing)?|[Cc]hatted) (?:to|with)|\b[Aa]sk for|\b[Aa]gent|\b[Rr]ep|\b[Tt]echnician|\b[Cc]olleague|\b[Nn]amed|\bfrom|\bby|\bto|\bfor|\bwith|\band|\bContact:?|\bcontact|\b[Rr]ing|\b[Cc]all|\b[Tt]ell|\b[Tt]ext) (?=(?P<name>{_EN}))"
)
_HERE = re.compile(
    rf"(?:^|[.!?,\n] ?|[Hh]i,? |[Hh]ello,? )(?P<name>{_EN})(?: here\b| speaking\b| from )"
)
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Mx|Professor|Doctor|Madame|Herr|Frau|Señor|Señora|Monsieur|Captain|Capt|Sgt|Sergeant|Officer|Nurse|Rev|Reverend|Pastor|Rabbi|Judge|Coach|Mme|Sra|Lt|Colonel|Major General)\.? (?P<name>{_EN})"
)
# Where a name follows so surely that it need be on no list.
_CALLING = re.compile(
    rf"\b(?:[Tt]his is|[Ii]t['’]?s|[Ii]['’]?m|[Ii] am|[Mm]y name is) (?P<name>{_EN})(?=,? (?:here|calling|speaking|writing|again|from\b)|, I\b)"
)
_STANDS = re.compile(
    rf"(?:^|\n|[.!?] )(?:[Hh]i,? |[Hh]ello,? |[Hh]ey,? )?(?P<name>{_EN})(?: speaking\b| here(?=\s*[,.!:;-]))"
)
_HEADED = re.compile(
    rf"(?:^|\n)[ ]*(?:From|To|Cc|CC|cc|Bcc|Sender|Reply-To):[ ]*\"?(?P<name>{_FULL})(?=\"?[ ]*(?:<|,|;|\n|$|\[))"
)
_MAILBOX = re.compile(rf"(?:^|[\s,;:\"])(?P<name>{_FULL})\"? ?<(?=[^<>\s]{{1,80}}@)")
_OWNS = re.compile(rf"(?:^|[\s(\"])(?P<name>{_FULL}|{_WORD})(?=['’]s? )")
_WHOLE = re.compile(rf"(?<![\w.'’-])(?P<name>{_FULL})(?![\w@])")
_GREETED = re.compile(
    rf"(?:^|\n|[.!?] )[ \"]*(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|[Gg]ood (?:morning|afternoon|evening)|HI|[Gg]reetings)[ ,]{{1,2}}(?P<name>{_EN})(?=[ ]?[,!:.\n-]|$)"
)
_REGARDS = re.compile(
    r"(?:[Rr]egards|[Ss]incerely|[Tt]hanks(?: again| so much| a lot| in advance)?|[Tt]hx|[Tt]hank you(?: so much| very much| again| in advance)?|[Cc]heers|(?:^|\n|[.!] )[Bb]est(?: wishes)?|[Yy]ours(?: truly| faithfully)?|[Ww]armly|[Rr]espectfully|[Yy]ours,? etc|[Cc]ordially|-{1,2}|~)"
    rf"[ ]?[,.!]?\s{{0,4}}[-]?[ ]?(?P<name>{_EN})[.]?[ ]?(?=\n|$|\()"
)
_LOWER = re.compile(
    r"\b(?:my names? is|my name'?s|names? is|name's|i am called|call me|this is|it'?s|i'm|im|i am) (?P<name>[a-z][a-z'’-]{1,14}(?: [a-z][a-z'’-]{1,16})?)",
    re.I,
)
EN_BEFORE = re.compile(rf"(?:^|[\n:;,.] ?)(?P<name>{_WORD}(?: {_WORD}){{1,2}})[,:;\n(-]{{1,2}} ?$")
ENGLISH = re.compile(_EN)


def english_names(text: str) -> Iterator[Found]:
    """Yield names in Latin letters."""
    if _CAPITAL.search(text):
        yield from _capitalised(text)
    for match in _LOWER.finditer(text) if hinted(text, _LOWER_HINTS) else ():
        yield from _lower(match)


def _capitalised(text: str) -> Iterator[Found]:
    for pattern in (_ANNOUNCED, _TITLED) if hinted(text, _LABELS) else ():
        for match in pattern.finditer(text):
            span = _trimmed(match)
            if span and (_SURE.match(match.group()) or is_known(text[span[0] : span[1]])):
                yield Found(PersonalKind.NAME, *span, NAMED)
    yield from _greeted(text)
    for pattern in (_CALLING, _STANDS, _HEADED, _MAILBOX):
        for match in pattern.finditer(text):
            span = _trimmed(match)
            if span and span[1] == match.end("name"):
                yield Found(PersonalKind.NAME, *span, SHAPED)
    yield from _by_lists(text)


def _greeted(text: str) -> Iterator[Found]:
    for pattern, hints in _PHRASES:
        if not hinted(text, hints):
            continue
        for match in pattern.finditer(text):
            span = _trimmed(match)
            if span and (is_known(text[span[0] : span[1]]) or _is_plain(pattern, match)):
                yield Found(PersonalKind.NAME, *span, SHAPED)


def _by_lists(text: str) -> Iterator[Found]:
    for match in _OWNS.finditer(text):
        start, end = match.span("name")
        # Ring Josh's mobile: what begins a sentence is no part of the name.
        for begin in (start, start + match.group("name").rfind(" ") + 1):
            if _is_given(text[begin:end]):
                yield Found(PersonalKind.NAME, begin, end, SHAPED)
                break
    for match in _WHOLE.finditer(text):
        if (span := _trimmed(match)) and _is_whole(text[span[0] : span[1]]):
            yield Found(PersonalKind.NAME, *span, GUESSED)


# What a pattern cannot match without, in small letters.
_LABELS = (
    "name|called|my |our |his |her |the |their |mr|ms|mx|miss|dr|prof|doctor|mad|herr|frau|señor|monsieur|cap|serg|sgt|officer|nurse|rev|pastor|rabbi|judge|coach"
    "|mme|sra|lt|colonel|major|recip|consign|card|account|contact|sender|att|ship|deliver|bill|signed|address|regist|under|behalf|c/o|benef|passen"
    "|patient|guest|custom|caller|tenant|travel|occup|pay|applic|policy|student|employee|next of|emerg"
).split("|")
_PHRASES = (
    (
        _I_AM_EN,
        "i am |'m |’m |this is |it's |it’s |call |name:|spoke |speak|talk|chat|ask |agent|rep |technician|colleague|named|from |by |to |for |with |and |contact|ring |tell |text ".split(
            "|"
        ),
    ),
    (_HERE, (" here", " speaking", " from ")),
    (_GREETED, "dear|hi|hello|hey|good |greetings".split("|")),
    (
        _REGARDS,
        "regards|sincerely|thank|thx|cheers|best|yours|warmly|respectfully|cordially|-|~".split(
            "|"
        ),
    ),
)
_LOWER_HINTS = "name|i am|i'm|im |call me|this is|it's|its ".split("|")
_CAPITAL = re.compile(_UP)


def _plain(word: str) -> str:
    """Return a word as the lists have it: Raúl, raul."""
    bare = word.strip(".'’").lower()
    if bare.isascii():
        return bare
    return "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))


def _is_given(name: str) -> bool:
    first = _plain(name.split()[0])
    alone = " " not in name and first not in _RATHER_WORDS
    return first in GIVEN_NAMES and (alone or _is_whole(name))


def _is_whole(name: str) -> bool:
    """Say whether these words are a given and a family name, both of them known."""
    words = [_plain(word) for word in name.split()]
    if not 2 <= len(words) <= 4:
        return False
    last = words[-1] in SURNAMES or words[-1] in FAMILY_NAMES
    return last and (words[0] in GIVEN_NAMES or (len(words[0]) == 1 and name[1:2] == "."))


def _is_plain(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Say whether an unknown name can be trusted for where it stands."""
    words = match.group("name").split()
    if pattern is _REGARDS:
        return "-" not in match.group()[:2] and 1 <= len(words) <= 3 and not words[0].isupper()
    if pattern is _GREETED:
        return match.group().lstrip(". !?\n").lower().startswith("dear") and len(words) <= 2
    return False


def _trimmed(match: re.Match[str]) -> tuple[int, int] | None:
    """Return the name without what cannot be one behind it; None where nothing is left."""
    start, end = match.span("name")
    kept = []
    for word in match.group("name").split(" "):
        if word.strip("'’.").lower() in NOT_NAMES:
            break
        kept.append(word)
    end = start + len(" ".join(kept))
    if not kept or len(" ".join(kept)) < 2:
        return None
    return start, end


def is_known(name: str) -> bool:
    """Say whether what stands where a name may is one by its words."""
    words = [_plain(word) for word in name.split()]
    if words[0] in GIVEN_NAMES and (len(words) > 1 or words[0] not in _RATHER_WORDS):
        return True
    if len(words) > 1 and (words[0] in WORD_NAMES or len(words[0]) == 1):
        return words[-1] in SURNAMES or words[-1] in FAMILY_NAMES
    return len(words) > 1 and (words[-1] in FAMILY_NAMES or words[0] in FAMILY_NAMES)


_RATHER_WORDS = frozenset("mark bill nick jack frank robin austin jordan jackson sydney".split())


def _lower(match: re.Match[str]) -> Iterator[Found]:
    words = match.group("name").split()
    named = "name" in match.group()[:10].lower() or "call" in match.group()[:12].lower()
    first = _plain(words[0])
    if first not in GIVEN_NAMES and not (
        named and len(words) > 1 and words[1].lower() in FAMILY_NAMES
    ):
        return
    two = len(words) > 1 and words[1].lower() not in _FUNCTION and named
    two = two or (len(words) > 1 and words[1].lower() in FAMILY_NAMES)
    start = match.start("name")
    yield Found(PersonalKind.NAME, start, start + len(" ".join(words[: 2 if two else 1])), SHAPED)


_FUNCTION = frozenset(
    """and i from the my is not but calling here with at in on of a to for we have has had was were it this that please can could would
    so or if when what who how why again speaking""".split()
)
