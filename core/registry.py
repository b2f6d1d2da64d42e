"""One door for everything that can be added: parsers, stores, drafters, metrics, channels.

A room declares ``PARSERS: Registry[Parser] = Registry("parser", "ingest.parsers")``; every module
of that package registers itself when it is imported, and the registry imports them all the
first time it is asked. A new part is one new file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from core.errors import OptionInvalid

T = TypeVar("T")


class Registry(Generic[T]):
    """Named parts of one kind, found by importing one package's modules."""

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._parts: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that enters a part under a name; a second one is an error."""

        def enter(part: T) -> T:
            if name in self._parts and self._parts[name] is not part:
                raise ValueError(f"two {self.kind}s are called {name!r}")
            self._parts[name] = part
            return part

        return enter

    def get(self, name: str) -> T:
        """Return the part with this name.

        Raises:
            OptionInvalid: no part of this kind has the name.
        """
        self._load()
        try:
            return self._parts[name]
        except KeyError:
            known = ", ".join(sorted(self._parts))
            raise OptionInvalid(
                f"There is no {self.kind} called {name!r}.", f"Choose one of: {known}."
            ) from None

    def names(self) -> list[str]:
        """Return the names of all parts, sorted."""
        self._load()
        return sorted(self._parts)

    def __iter__(self) -> Iterator[tuple[str, T]]:
        self._load()
        return iter(sorted(self._parts.items()))

    def _load(self) -> None:
        if self._loaded:
            return
        # Set only at the end: after a module that fails to import, the next caller must meet the
        # same failure, not a registry that looks complete.
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__, f"{self._package}."):
            importlib.import_module(module.name)
        self._loaded = True
