"""模型城市: a fully synthetic city (模拟数据) in the files that real counties hand in."""

from wengu.ops.modelcity.city import Options, generate
from wengu.ops.modelcity.dirt import CATALOGUE, HARMLESS, Error, Kind
from wengu.ops.modelcity.truth import Truth

__all__ = ["CATALOGUE", "HARMLESS", "Error", "Kind", "Options", "Truth", "generate"]
