"""政策文件: the document as software: its clauses, what they ask for, its parameters and rules.

Pure: knows the rule language, value types and the standard library, and nothing of a database.
"""

from wengu.policy.checklist import ChecklistRow, checklist, checklist_row, rows_of
from wengu.policy.clauses import Clause, Section, UnknownClauseError, clause, clauses, sections
from wengu.policy.policy import PolicyInForce, in_force
from wengu.policy.readings import Reading, readings
from wengu.policy.targets import Bound, Target, target, targets

__all__ = [
    "Bound", "ChecklistRow", "Clause", "PolicyInForce", "Reading", "Section", "Target",
    "UnknownClauseError", "checklist", "checklist_row", "clause", "clauses", "in_force",
    "readings", "rows_of", "sections", "target", "targets",
]  # fmt: skip
