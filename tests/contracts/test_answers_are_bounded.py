"""Every answer that repeats something is a page of a list, or its recipe says what keeps it small."""

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from examples.cookbook.kitchen import RECIPES
from tests.services import METHODS


def test_every_answer_that_repeats_something_is_a_page_or_says_what_bounds_it() -> None:
    repeating = {
        method.full_name
        for method in METHODS
        if not method.server_streaming and any(field.is_repeated for field in method.output_type.fields)
    }
    said = {f"{service}.{item.method}" for service, items in RECIPES.items() for item in items if item.bound}
    pages = {method.full_name for method in METHODS if is_page(method)}
    assert repeating == said | pages
    assert not said & pages


def test_every_page_has_a_token_and_takes_one() -> None:
    for method in METHODS:
        if is_page(method):
            assert "next_page_token" in names(method.output_type), method.full_name
            assert "page_token" in names(method.input_type), method.full_name


def test_bytes_that_may_be_long_come_in_pieces() -> None:
    whole = {
        method.name
        for method in METHODS
        if not method.server_streaming
        and any(field.type == FieldDescriptor.TYPE_BYTES for field in method.output_type.fields)
    }
    # a document has a stream, an export has pages, pictures are at most 2048 pixels wide and high, sheets have
    # bounded lists
    pictures = {"RenderPattern", "RenderRunPreview", "RenderRunProgram", "RenderSetupSheet"}
    assert whole == {"GetRunDocument", "ExportPatterns", *pictures}


def names(message: Descriptor) -> set[str]:
    return {field.name for field in message.fields}


def is_page(method: MethodDescriptor) -> bool:
    """Whether a caller says how many entries of a list to send. It may end earlier, at a budget of bytes."""
    return "page_size" in names(method.input_type)
