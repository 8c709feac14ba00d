# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, against what was promised, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure, the least that was promised and what is aimed at; `most` where less is better."""

    name: str
    value: float
    least: float
    aim: float
    most: bool = False
    unit: str = "times"

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.value <= self.least if self.most else self.value >= self.least

    def line(self) -> str:
        """Say it in one line."""
        bound = "at most" if self.most else "at least"
        return (
            f"{'met' if self.met else 'NOT MET'}: {self.name}: {self.value:.2f} {self.unit}, "
            f"{bound} {self.least:g}, aim {self.aim:g}"
        )


@dataclass(slots=True)
class Report:
    """Everything that was measured so far."""

    machine: dict[str, Any]
    figures: dict[str, Any] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    not_measured: dict[str, str] = field(default_factory=dict)

    def promise(self, *facts: Any, **more: Any) -> None:
        """Add a promise; see `Promise`."""
        self.promises.append(Promise(*facts, **more))

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "machine": self.machine,
            "figures": self.figures,
            "promises": [
                {
                    "name": promise.name,
                    "value": round(promise.value, 3),
                    "unit": promise.unit,
                    "at_most" if promise.most else "at_least": promise.least,
                    "aim": promise.aim,
                    "met": promise.met,
                }
                for promise in self.promises
            ],
            "not_measured": self.not_measured,
        }

    def lines(self) -> list[str]:
        """Return it for people: a fact a line."""
        lines = [f"{name}: {value}" for name, value in self.machine.items()]
        for part, rows in self.figures.items():
            lines += ["", part]
            for name, facts in rows.items():
                said = ", ".join(f"{fact} {value}" for fact, value in facts.items())
                lines.append(f"  {name}: {said}")
        lines += ["", *(promise.line() for promise in self.promises)]
        lines += [f"not measured: {name}: {why}" for name, why in self.not_measured.items()]
        return lines
