# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m kokoro_speechd.daemon`."""

import sys

from kokoro_speechd.daemon.main import main

sys.exit(main())
