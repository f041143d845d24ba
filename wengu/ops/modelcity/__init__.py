"""模型城市: a fully synthetic city (模拟数据) in the files that real counties hand in."""

from wengu.ops.modelcity.city import Options, generate
from wengu.ops.modelcity.dirt import CATALOGUE, HARMLESS, TRUE_TO_LIFE, Error, Kind
from wengu.ops.modelcity.truth import Truth

__all__ = ["CATALOGUE", "HARMLESS", "TRUE_TO_LIFE", "Error", "Kind", "Options", "Truth", "generate"]
