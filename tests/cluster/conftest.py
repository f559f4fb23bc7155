"""Apache Spark itself takes a Java, half a gigabyte and minutes: `make test-cluster` has them, `make test` has not."""

import os

collect_ignore_glob = [] if "MEANDER_CLUSTER" in os.environ else ["*.py"]
