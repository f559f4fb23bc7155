"""Who looks at a page: what the audit is told of whatever is done there."""

import hashlib

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.workspace import audit

PAGE = "page"
"""Nobody logs in: all that is known is that somebody sits before a browser."""


def actor() -> audit.Actor:
    """Whoever looks at this page, with a mark of the session; outside of any page, the user of the system."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return audit.by_system()
    return audit.Actor(PAGE, PAGE, hashlib.sha256(context.session_id.encode()).hexdigest()[:8])
