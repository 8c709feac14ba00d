# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrices of Toom-Cook convolution, computed exactly with fractions. Standard library only.

m outputs of a correlation with r taps, y[i] = Σₖ g[k] · x[i + k], are bilinear in the taps and in n = m + r -
1 inputs; the schoolbook way multiplies m · r times. Toom-Cook multiplies n times: the polynomial with
coefficients g times one with m coefficients has degree n - 1, so its values at n points (one of them
infinity) determine it, and values are multiplied one by one. Transposing that bilinear algorithm makes the
correlation (Winograd):

    y = Aᵀ · ((G · g) ⊙ (Bᵀ · x))

with A[i][j] = pᵢʲ (m columns) and G[i][j] = pᵢʲ (r columns) evaluating at the points, and B the inverse of
the n × n Vandermonde matrix that evaluates the product. It is an identity over the rationals, so the only
difference to the schoolbook way is rounding. Rounding grows with the spread of Bᵀ: points of small fractions,
both signs of each, keep it low; and as G · g is computed beforehand in float64, each row of Bᵀ is scaled to a
largest entry of 1 and G takes the factor.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

Matrix = tuple[tuple[float, ...], ...]

# Their order matters: a transform of n uses the first n - 1, and the point at infinity.
_POINTS = (
    Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-1, 2),
    Fraction(3, 2), Fraction(-3, 2), Fraction(2, 3), Fraction(-2, 3), Fraction(4), Fraction(-4),
)  # fmt: skip


@cache  # fractions are slow, and 48 convolutions need three sets of matrices
def toom_cook(outputs: int, taps: int) -> tuple[Matrix, Matrix, Matrix]:
    """Return Aᵀ [outputs, n], G [n, taps] and Bᵀ [n, n] for n = outputs + taps - 1, at most 14."""
    size = outputs + taps - 1
    points = _POINTS[: size - 1]
    evaluate_outputs = _evaluation(points, outputs)
    evaluate_taps = _evaluation(points, taps)
    inverse = _inverse(_evaluation(points, size))
    transform: list[tuple[float, ...]] = []
    weights: list[tuple[float, ...]] = []
    for row in range(size):
        entries = [inverse[column][row] for column in range(size)]
        largest = max(abs(entry) for entry in entries)
        transform.append(tuple(float(entry / largest) for entry in entries))
        weights.append(tuple(float(entry * largest) for entry in evaluate_taps[row]))
    back = tuple(
        tuple(float(evaluate_outputs[row][column]) for row in range(size)) for column in range(outputs)
    )
    return back, tuple(weights), tuple(transform)


def _evaluation(points: tuple[Fraction, ...], coefficients: int) -> list[list[Fraction]]:
    """Return the matrix that evaluates a polynomial at the points and, last, at infinity."""
    rows = [[point**power for power in range(coefficients)] for point in points]
    return [*rows, [Fraction(int(power == coefficients - 1)) for power in range(coefficients)]]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert by Gauss and Jordan's elimination, exactly."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [value - factor * own for value, own in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]
