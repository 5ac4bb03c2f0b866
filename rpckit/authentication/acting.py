"""In whose name a call acts: who calls, where that was proven; who is stated, where nobody is asked."""

from foundation.access_errors import OtherPersonError
from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from foundation.names import LONGEST_NAME, is_same_person
from foundation.visible_text import unseen_in


def acting_name(field: str, stated: str) -> str:
    """The name that goes into a record.

    Raises:
        InvalidFieldsError: Nobody is asked who calls, and nobody is named; or the name is too long, or cannot be seen.
        OtherPersonError: The request names somebody else than who calls.
    """
    if len(stated) > LONGEST_NAME:
        raise InvalidFieldsError.one(field, f"{len(stated)} characters; allowed: 1 to {LONGEST_NAME}")
    identity = current_call.get().identity
    if identity is None:
        if not stated.strip():
            raise InvalidFieldsError.one(field, f"is required: a name of 1 to {LONGEST_NAME} characters")
        unseen = unseen_in(stated.strip())
        if unseen:
            raise InvalidFieldsError.one(field, f"{ascii(stated)[:80]}: {unseen}")
        return stated
    if stated and not is_same_person(stated, identity.name):
        raise OtherPersonError(field, stated, identity.name)
    return identity.name
