"""Keyed hashes: a customer, ticket or delivery is known again, and nobody can be read back."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from contextlib import suppress

from northstar.domain.tickets import Customer


def keyed_hash(pepper: bytes, *parts: str) -> str:
    """Return 128 bits (32 hex digits) that only the pepper's holder can compute from the parts.

    HMAC-SHA256 (RFC 2104) over the parts, each after its length: ("ab", "c") is not ("a", "bc").
    """
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    message = b"".join(len(part).to_bytes(4) + part for part in encoded)
    return hmac.new(pepper, message, hashlib.sha256).hexdigest()[:32]


def person_of(customer: Customer, desk: str, pepper: bytes) -> str:
    """Return the keyed hash of a customer: of the mail address, else of the desk's own id."""
    if customer.email:
        return mailbox_of(customer.email, pepper)
    return keyed_hash(pepper, "customer", desk, customer.id)


def mailbox_of(email: str, pepper: bytes) -> str:
    """Return the keyed hash of a mail address: in any case and Unicode form, and domain as IDNA."""
    local, at, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return keyed_hash(pepper, "mail", f"{local}{at}{domain}")
