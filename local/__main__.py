"""`python -m local` runs the whole template on this machine."""

import sys

from local.app import main

sys.exit(main())
