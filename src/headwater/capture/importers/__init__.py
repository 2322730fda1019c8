"""Files become facts: tables, web server logs, and exports of other analytics tools.

Start at `run.run_import`: it surveys the file (`survey`), opens it (`formats`), reads each row
by the mapping (`mapping`, `compiling`, `finishing`), names each fact by its content
(`naming`) and appends chunk by chunk, so that it can be killed, resumed and run twice.
"""

from headwater.capture.importers.exports import EXPORTS
from headwater.capture.importers.kinds import KINDS
from headwater.capture.importers.mapping import ColumnMapping, load_mapping
from headwater.capture.importers.progress import SILENT, Progress
from headwater.capture.importers.run import KIND_NAMES, run_import
from headwater.capture.importers.summary import ImportOptions, ImportSummary

__all__ = [
    "EXPORTS",
    "KINDS",
    "KIND_NAMES",
    "SILENT",
    "ColumnMapping",
    "ImportOptions",
    "ImportSummary",
    "Progress",
    "load_mapping",
    "run_import",
]
