# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes what lies in share/ and the translations' template, from the one place where each is written.

`python -m distribution` writes them; the tests say when they are not current. It is not installed.
"""

# REUSE-IgnoreStart
LICENCE_LINE = "SPDX-License-Identifier: GPL-3.0-or-later"
# REUSE-IgnoreEnd
