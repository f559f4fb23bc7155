"""The order of the steps: the only code that knows it. Command line, jobs and pages call these functions."""
