"""Reading YAML with errors that name the line."""

from __future__ import annotations

from typing import Any

import yaml

from abreast.foundation.errors import InputError, Place

_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[valid-type,misc]  # which of the two is known only when it runs
    """Refuses a key that stands twice, and leaves dates as text: a date may be only a year."""


def _mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        try:
            duplicate = key in result
        except TypeError:
            raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark) from None
        if duplicate:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str, file: str) -> Any:
    """Return what the YAML text holds; dates stay text.

    Raises:
        InputError: naming the line, when the text is not YAML or has a key twice.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - the loader is a safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else ""
        raise InputError(f"not readable as YAML: {error.problem}", Place(file, where)) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # signs YAML forbids; too deep; 0x and no number
        raise InputError(f"not readable as YAML: {str(error).splitlines()[0]}", Place(file)) from None
