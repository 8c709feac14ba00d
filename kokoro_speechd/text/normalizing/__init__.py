# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, dates, addresses and other things that are not written as they are said, language by language."""
