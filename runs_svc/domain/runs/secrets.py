"""What looks like a secret: by the words of its name, and by its form inside a text."""

import base64
import re
import unicodedata
from functools import lru_cache

REDACTED = "[redacted]"
_WHOLE_WORD = re.compile(
    "passwords?|passwd|pwd|passphrase|passcode|passkey|token|secrets?|auth|oauth|bearer|cookies?|sessions?|pin|pincode"
    "|otp|totp|mfa|jwt|sig|sid|hmac|dsn|csrf|xsrf|creds?|authtoken|authkey|authcode|authorization|sessionid|sessionkey|senha"
)
_WITHIN_WORD = re.compile(
    "password|passwd|passphrase|passwort|kennwort|contraseña|contrasena|wachtwoord|пароль|密码|密碼|パスワード|credential|apikey|accesskey|privatekey|sshkey"
    "|secret(?!ar|ion)|authorization|(?:access|refresh|bearer|client|session|csrf|api|id)token$|cookies?$"
)
_KEY_OF = re.compile("api|access|private|ssh|secret|encryption|signing|master|session|auth|account|shared")
_PASS_OF = re.compile("user|username|db|database|smtp|ftp|mail|login|admin|root|ssh|wifi|wlan")
_PHRASES = (
    ("mot", "de", "passe"),
    ("pass", "word"),
    ("pass", "phrase"),
    ("pass", "code"),
    ("conn", "string"),
    ("connection", "string"),
    ("conn", "str"),
)
_PIN_OF_WORK = re.compile(
    "bridge|dowel|tuning|locating|location|register|registration|index|guide|end|strap|holes?|spacing|diameter|radius"
    "|depth|length|width|height|offset|count|mm|material|wood"
)
"""Words beside which a pin is a piece of wood or metal."""
_OWN_IDS = frozenset({("workflow", "session", "id")})
"""Names in this contract that hold no secret."""
_QUERY_WORDS = frozenset({"key", "signature", "code", "sas"})
"""Names that mean a secret in an address, though elsewhere they may mean anything."""

_USER_INFO = re.compile(r"(?P<start>\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@]*):[^\s/?#@]*@")
_ASSIGNED = re.compile(
    r"""(?P<start>(?P<before>[?&#;]?)(?<![\w.-])(?P<name>[\w.-]{2,64})"?=["']?)(?P<value>[^\s"'&;#,]+)"""
)
_STATED = re.compile(
    r"""(?P<start>(?i:password|passwd|pwd|passphrase|passwort|kennwort|api[_-]?key|client[_-]?secret)["']?\s*:\s*["']?)"""
    r"""[^\s"',;]+"""
)
_HEADER = re.compile(
    r"""(?P<start>\b(?i:authorization|cookie)["']?\s*:(?!\s*["']?(?i:basic|bearer)\s)\s*["']?)[^\s"'][^"'\r\n]*"""
)
_USER_FLAG = re.compile(r"""(?P<start>(?<!\S)(?:-u|--(?:proxy-)?user)[ =]?["']?[^\s:"']{1,200}):[^\s"']+""")
_FLAG = re.compile(r"""(?P<start>(?<!\S)--(?P<name>[\w-]{2,64})[ \t]+["']?)(?P<before>)[^\s"'-][^\s"']*""")
_BASIC = re.compile(r"(?P<start>\b(?i:basic)\s+)(?P<value>[A-Za-z0-9+/]{8,}={0,2})")
_FORMS = (
    (
        "earer",
        re.compile(r"(?P<start>\b(?i:bearer)\s+)(?=[A-Za-z._~+/-]*\d|[a-z]{2}[-_])[A-Za-z0-9._~+/-]{2}[^\s\"',;]*"),
    ),
    ("k", re.compile(r"(?P<start>)\b[spr]k[-_][A-Za-z0-9_-]{16,}")),
    ("gh", re.compile(r"(?P<start>)\bgh[pousr]_[A-Za-z0-9]{20,}")),
    ("xox", re.compile(r"(?P<start>)\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("AKIA", re.compile(r"(?P<start>)\bAKIA[0-9A-Z]{16}")),
    ("eyJ", re.compile(r"(?P<start>)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")),
    (
        "PRIVATE KEY",
        re.compile(
            r"(?P<start>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?"
        ),
    ),
)
"""Forms of keys and tokens, each with what a text must hold to be looked through for it."""


@lru_cache(maxsize=4_096)
def is_secret(name: str) -> bool:
    """True for names whose values are never kept: those that hold a word for a secret as a word.

    >>> is_secret("X-API-Key"), is_secret("my_access_token_2"), is_secret("privateKey"), is_secret("PASSWORT")
    (True, True, True, True)
    >>> [name for name in ("tokens", "secretary", "author", "authority", "passes", "bridge_pin") if is_secret(name)]
    []
    """
    plain = unicodedata.normalize("NFKC", name)
    in_camel_case = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    return any(_has_secret_word(_words(form)) for form in {plain, in_camel_case})


def redact_text(text: str) -> str:
    """The text without secrets: of addresses, of assignments, and those whose form is known.

    >>> redact_text("https://anna:hunter2@host/?token=hunter2&tool=t1")
    'https://anna:[redacted]@host/?token=[redacted]&tool=t1'
    >>> redact_text("sent Bearer sk-123; the bearer of this paid by token")
    'sent Bearer [redacted]; the bearer of this paid by token'
    """
    if "://" in text:
        text = _USER_INFO.sub(rf"\g<start>:{REDACTED}@", text)
    if "-u" in text:
        text = _USER_FLAG.sub(rf"\g<start>:{REDACTED}", text)
    if "--" in text:
        text = _FLAG.sub(_without_value, text)
    if "=" in text:
        text = _ASSIGNED.sub(_without_value, text)
    if ":" in text:
        text = _STATED.sub(rf"\g<start>{REDACTED}", text)
        text = _HEADER.sub(rf"\g<start>{REDACTED}", text)
    if "asic " in text:
        text = _BASIC.sub(_without_pair, text)
    for needle, form in _FORMS:
        if needle in text:
            text = form.sub(rf"\g<start>{REDACTED}", text)
    return text


def _without_value(found: re.Match[str]) -> str:
    in_address = found["before"] != "" and found["name"].casefold() in _QUERY_WORDS
    return found["start"] + REDACTED if in_address or is_secret(found["name"]) else found[0]


def _without_pair(found: re.Match[str]) -> str:
    """Without what reads as a name and a password in base64."""
    value = found["value"]
    try:
        is_pair = b":" in base64.b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        is_pair = False
    return found["start"] + REDACTED if is_pair else found[0]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\W\d_]+", text.casefold()) if word)


def _has_secret_word(words: tuple[str, ...]) -> bool:
    if words in _OWN_IDS:
        return False
    for place, word in enumerate(words):
        if word == "pin" and any(_PIN_OF_WORK.fullmatch(other) for other in words):
            continue
        if _WHOLE_WORD.fullmatch(word) or _WITHIN_WORD.search(word):
            return True
        before = words[place - 1] if place else ""
        if (word in {"key", "keys"} and _KEY_OF.fullmatch(before)) or (word == "pass" and _PASS_OF.fullmatch(before)):
            return True
    return any(
        words[place : place + len(phrase)] == phrase for phrase in _PHRASES for place in range(len(words))
    ) or "".join(words) in {"motdepasse", "connstring", "connectionstring"}
