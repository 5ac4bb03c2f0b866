"""Nobody decides on what they asked for themselves, where the workshop wants four eyes."""

from collections.abc import Iterable

from foundation.identity import IdentityKind, RecordedIdentity
from foundation.names import is_same_person, may_be_one_person
from runs_svc.domain.errors import FourEyesError
from runs_svc.domain.runs.run_view import RunView


def refuse_own(person: str, askers: Iterable[str], *, kind: str, name: str, proven: bool) -> None:
    """Refuse somebody's decision on what they asked for.

    Args:
        person: Who decides.
        askers: Who asked for it.
        kind: What it is: a run, a session, an asset.
        name: Its resource name.
        proven: Whether credentials tell people apart. Where they do not, a name that may be another's is taken for it.

    Raises:
        FourEyesError: They are one of them, in whatever spelling.
    """
    is_one = is_same_person if proven else may_be_one_person
    for asker in askers:
        if is_one(person, asker):
            raise FourEyesError(
                kind,
                name,
                f"{person} asked for {name}" if person == asker else (f"{person} may be {asker}, who asked for {name}"),
            )


def refuse_own_run(person: str, view: RunView, *, attached: bool = False) -> None:
    """Refuse a decision of whoever recorded a run or, with `attached`, has attached anything to it.

    Only people whom credentials name have asked for it: a tool asks for nobody, and a stated name proves nothing.

    Raises:
        FourEyesError: They did.
    """
    makers = [view.document.identity, *(item.identity for item in view.attachments if attached)]
    refuse_own(person, _people(makers), kind="run", name=f"runs/{view.run_id}", proven=True)


def _people(makers: Iterable[RecordedIdentity | None]) -> set[str]:
    return {maker.name for maker in makers if maker is not None and maker.kind == IdentityKind.PERSON}
