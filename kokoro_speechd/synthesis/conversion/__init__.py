# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro in other forms than its authors publish: ONNX exports and raw voices, converted when imported."""
