"""`python -m headwater.capture.collector`: one worker; `headwater collect` starts them."""

import sys

from headwater.capture.collector.server import main

sys.exit(main())
