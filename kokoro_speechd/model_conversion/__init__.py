# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro in other forms than its authors publish it: ONNX exports and raw voices, converted once when imported."""
