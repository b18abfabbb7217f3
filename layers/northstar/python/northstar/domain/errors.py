"""The errors of the product. Retryable or permanent is a property of the class.

NorthstarError
├── Invalid            the caller sent something wrong; says field, problem and remedy
│   └── TooLarge       the body is over the limit; refused before it is parsed
├── Refused            the caller may not do this
│   ├── Unauthenticated  a signature, token or login is missing or wrong
│   └── Closed         too late: expired, or outside the edit window
├── NotFound           nothing there, or a token that never existed
├── Retryable          try the same call again later
│   ├── Conflict       somebody else wrote first
│   └── Unavailable    a store, a queue or another service did not answer
│       └── Unclear    … and may have carried the call out all the same
└── Broken             what came back cannot be understood; its bytes go to quarantine
"""

from __future__ import annotations

from typing import Literal


class NorthstarError(Exception):
    """Base of every error of ours; `retryable` says whether the same call may succeed later."""

    retryable = False


class Invalid(NorthstarError):
    """Raised for input that is wrong and stays wrong.

    `field` names what is wrong, as a dotted path; the message is one sentence for the sender.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class TooLarge(Invalid):
    """Raised before parsing when a body is over the size limit."""


class Refused(NorthstarError):
    """Raised when the caller is understood and may not do this."""


class Unauthenticated(Refused):
    """Raised when a signature, token or login is missing, wrong or too old."""


class Closed(Refused):
    """Raised when a survey takes no answer (any more); `reason` says why, for the page."""

    def __init__(
        self, message: str, reason: Literal["expired", "final", "cancelled", "reopened"] = "expired"
    ) -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(NorthstarError):
    """Raised for an unknown route, desk, record or token."""


class Retryable(NorthstarError):
    """Raised when the same call may succeed later."""

    retryable = True


class Conflict(Retryable):
    """Raised when a conditional write lost against another writer."""


class Unavailable(Retryable):
    """Raised when a store, a queue or another service did not answer in time."""


class Unclear(Unavailable):
    """Raised when a service did not say whether it has carried a call out."""


class Broken(NorthstarError):
    """Raised when a payload cannot be understood; whoever raises it keeps the bytes."""
