"""One module for each way to run: ``demo``, ``test``, ``production``. What they share is in ``base``."""
