# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from kokoro_speechd.errors import places_of


def test_places_tell_where_but_not_what() -> None:
    try:
        float("a word that was spoken")
    except ValueError as error:
        told = places_of(error)
    assert "ValueError" in told
    assert "test_errors.py" in told
    assert "could not convert" not in told
