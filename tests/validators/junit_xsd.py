"""Holds each further file against the XSD that is given first."""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
parser = etree.XMLParser(huge_tree=True)
for path in sys.argv[2:]:
    schema.assertValid(etree.parse(path, parser))
