"""JSON and MessagePack read into a type, with one error for all that can be wrong with them.

msgspec names ``MsgspecError`` as the base of its errors (https://jcristharif.com/msgspec/api.html#exceptions). Beside
them it lets through Python's own: ``UnicodeDecodeError`` for text that is no UTF-8, and ``RecursionError`` for values
nested deeper than Python allows. A file that is damaged, or made to do harm, can cause each of them.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

import msgspec

from abreast.foundation.errors import DecodingError

T = TypeVar("T")

_FAULTS = (msgspec.MsgspecError, UnicodeError, RecursionError)


@overload
def from_json(content: bytes | str) -> Any: ...
@overload
def from_json(content: bytes | str, shape: type[T]) -> T: ...
def from_json(content: bytes | str, shape: Any = Any) -> Any:
    """Return the value of a JSON text, of the shape that is asked for.

    Raises:
        DecodingError: when it is not JSON, or of another shape.
    """
    try:
        return msgspec.json.decode(content, type=shape)
    except _FAULTS as error:
        raise _told(error) from None


def from_msgpack(content: bytes, shape: type[T]) -> T:
    """Return the value of a MessagePack message, of the shape that is asked for.

    Raises:
        DecodingError: when it is not MessagePack, or of another shape.
    """
    try:
        return msgspec.msgpack.decode(content, type=shape)
    except _FAULTS as error:
        raise _told(error) from None


def _told(error: Exception) -> DecodingError:
    return DecodingError("nested too deeply" if isinstance(error, RecursionError) else str(error))


__all__ = ["from_json", "from_msgpack"]
