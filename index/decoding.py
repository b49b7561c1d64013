"""Bytes of a text file to text, saying so where the encoding had to be guessed."""

import codecs
import logging

from charset_normalizer import from_bytes

from index.errors import InvalidArticle

logger = logging.getLogger("index")

_BYTE_ORDER_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)

_OLD_ENCODINGS = [
    *(f"cp{number}" for number in (1252, 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258, 874)),
    *("iso8859_2", "koi8_r", "koi8_u", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
"""What text files that are not Unicode were saved in, the likeliest first; a part of the
encodings that the WHATWG Encoding Standard names. A wider choice makes short texts Finnish."""

_SAMPLE = 1_000_000
"""Bytes that a guess is made from."""

_MAX_CONTROL_SHARE = 0.01
"""A text in which more than this share are control characters is no text."""


def decode_text(data: bytes, name: str) -> str:
    """The text in `data`, without a byte order mark; line breaks stay as they are.

    UTF-8, and UTF-16 or UTF-32 with a byte order mark, are read as such. Anything else is
    guessed, and the guess is logged as a warning to the logger "index".

    Args:
        data: the whole file.
        name: what to call it in the warning.

    Raises:
        InvalidArticle: the bytes are no text, or not in an encoding that could be recognised.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(_decode(data, encoding))
    try:
        return _checked(data.decode())
    except UnicodeDecodeError:
        pass
    if b"\0" in data[:_SAMPLE]:
        raise InvalidArticle(_NOT_TEXT)
    encoding = _guess(data[:_SAMPLE])
    text = _checked(_decode(data, encoding))
    logger.warning(
        "%s is not UTF-8 and was read as %s; if its letters look wrong, save it as UTF-8.",
        name,
        encoding.replace("cp125", "windows-125"),
    )
    return text


_NOT_TEXT = "The file holds no text that can be read; if it is a text file, save it as UTF-8."


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidArticle(
            f"The file looks like {encoding}, but byte {error.start} is not; save it as UTF-8."
        ) from None


def _checked(text: str) -> str:
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\v\f\r")
    if "\0" in text or controls > _MAX_CONTROL_SHARE * len(text):
        raise InvalidArticle(_NOT_TEXT)
    return text


def _guess(data: bytes) -> str:
    matches = from_bytes(data, cp_isolation=_OLD_ENCODINGS)
    if not matches:
        raise InvalidArticle(_NOT_TEXT)
    # Its measures are rough; among guesses that are about as good the commonest encoding is right.
    cleanest = min(match.chaos for match in matches)
    clean = [match for match in matches if match.chaos <= cleanest + 0.02]
    likeliest = max(match.coherence for match in clean)
    likely = {
        encoding
        for match in clean
        if match.coherence >= likeliest - 0.1
        for encoding in (match.encoding, *match.could_be_from_charset)
    }
    return next((name for name in _OLD_ENCODINGS if name in likely), clean[0].encoding)
