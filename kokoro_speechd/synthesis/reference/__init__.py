# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's own model, with which the fast one is compared, and models made of it."""
