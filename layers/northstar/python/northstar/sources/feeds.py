"""Reads the XML of feeds so that no entity or outside document is followed."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from northstar.domain.errors import Broken


def root_of(text: str) -> Element:
    """Return the root of an XML text.

    Raises:
        ParseError: it is not well-formed.
        Broken: it declares what we do not follow, or holds what XML may not.
    """
    try:
        root: Element = fromstring(text)
    except (DefusedXmlException, ValueError) as error:
        raise Broken(f"The XML is refused: {str(error)[:120]}.") from error
    return root
