"""规则: the clauses of the document that decide on a household, person or village.

Importing this package fills the pack; one module for each section of the document.
"""

from wengu.policy.pack import pack
from wengu.policy.rules import classification, guarantees, objectives, safety_net

__all__ = ["classification", "guarantees", "objectives", "pack", "safety_net"]
