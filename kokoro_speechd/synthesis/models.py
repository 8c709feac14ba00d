# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines' models by their name, as in the setting `engine`. The settings read this: it stays light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kokoro_speechd.synthesis.files.calibration_result import Precision, Products
    from kokoro_speechd.synthesis.files.model_files import ModelFiles
    from kokoro_speechd.synthesis.speech_model import SpeechModel


class BuildModel(Protocol):
    """Loads a model."""

    def __call__(
        self, files: ModelFiles, *, device: str, products: Products | None, precision: Precision
    ) -> SpeechModel:
        """Return a model that computes on `device`, a name of torch's. Raises ModelError.

        `products`: who multiplies, see `choice.packing`; None: whoever is found to be faster. `precision`:
        how exactly it may.
        """


@dataclass(frozen=True, slots=True)
class ModelKind:
    """How a kind of model is made.

    calibrated  it is the one that `model check` measures: the device found there is for it
    """

    build: BuildModel
    calibrated: bool = False


def _fast(files: ModelFiles, *, device: str, products: Products | None, precision: Precision) -> SpeechModel:
    from kokoro_speechd.synthesis.fast.model import FastModel

    del device  # the CPU, see `ON_OTHER_DEVICES`
    return FastModel(files, products=products, precision=precision)


def _reference(
    files: ModelFiles, *, device: str, products: Products | None, precision: Precision
) -> SpeechModel:
    from kokoro_speechd.synthesis.reference.model import ReferenceModel

    del products, precision
    return ReferenceModel(files, device)


KINDS = {"fast": ModelKind(_fast, calibrated=True), "reference": ModelKind(_reference)}
"""Whatever is added here can be chosen in the settings."""
ON_OTHER_DEVICES = "reference"  # than the CPU
