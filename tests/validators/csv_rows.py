"""Reads each file as CSV: every row has as many cells as the first, and no cell is a formula."""

import csv
import sys

csv.field_size_limit(sys.maxsize)
for path in sys.argv[1:]:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    assert len(rows) >= 1, path
    for row in rows:
        assert len(row) == len(rows[0]), (path, row)
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@")), (path, cell)
