"""Where a call carries a token or a key."""

from collections.abc import Iterable

from foundation.access_errors import CredentialsInvalidError


def read_bearer(metadata: Iterable[tuple[str, str | bytes]] | None) -> str | None:
    """The token or key in the metadata of a call; None without any.

    Raises:
        CredentialsInvalidError: There are several, or it has another form.
    """
    given = [value for key, value in metadata or () if key == "authorization"]
    if not given:
        return None
    scheme, _, text = str(given[0]).partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not text.strip():
        raise CredentialsInvalidError("authorization: one value of the form `Bearer …` is allowed")
    return text.strip()
