# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a listener in a hurry waits for sound. Standard library only.

Somebody who presses keys faster than Kokoro begins to speak hears nothing at all: each message is stopped
while its first sound is being made, and so is the next. After two such messages in a row the voice matters
less than that there is one, and espeak-ng speaks what Kokoro does not have at once, until a message is heard
to its end.
"""

from __future__ import annotations

_SILENT = 2  # messages in a row that were stopped before they were heard
_SHARE = 0.5  # of the time that the last of them was given


class Hurry:
    """Counts the messages of which nothing was heard."""

    def __init__(self, longest: float) -> None:
        """`longest`: seconds that such a listener waits at most; 0: as long as any other."""
        self._longest = longest
        self._silent = 0
        self._given = longest

    @property
    def patience(self) -> float | None:
        """The seconds within which the next message must be heard; None: there is no hurry."""
        if not self._longest or self._silent < _SILENT:
            return None
        return min(self._longest, _SHARE * self._given)

    def ended(self, *, stopped: bool, heard: bool, after: float) -> None:
        """Take note of a message, `after` so many seconds."""
        if not stopped:
            self._silent = 0
        elif not heard:
            self._silent += 1
            self._given = after
        elif self._silent < _SILENT:  # else it may have been heard because there was hurry
            self._silent = 0
