"""The derived tables: one DuckDB file that can be thrown away and made again from the facts.

Start at `engine.Warehouse` (open, query), then `steps` (what a stage asks to be made) and
`rebuild` (how it is made, in full or for the persons that new facts touched). This is the only
package that knows the engine.
"""

from headwater.warehouse.engine import Warehouse
from headwater.warehouse.rebuild import Plan, Rebuilt, rebuild
from headwater.warehouse.sql import Statement, load
from headwater.warehouse.steps import PythonStep, Renewal, Scope, SqlStep, Step, Within

__all__ = [
    "Plan",
    "PythonStep",
    "Rebuilt",
    "Renewal",
    "Scope",
    "SqlStep",
    "Statement",
    "Step",
    "Warehouse",
    "Within",
    "load",
    "rebuild",
]
