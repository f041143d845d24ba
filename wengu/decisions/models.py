"""Runs of the policy over the registry, and what they decided, kept as spans."""

from django.db import models
from django.db.models import Q


class RunState(models.TextChoices):
    """运行状态"""

    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "出错"


class RuleText(models.Model):
    """规则文本: all that a rule pack says, by its digest; old runs are read and repeated by it."""

    digest = models.CharField("摘要", max_length=64, primary_key=True)
    name = models.CharField("规则包", max_length=40)
    content = models.JSONField("内容")
    created = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "规则文本"


class Run(models.Model):
    """认定运行: the policy in force decided on a frozen registry, as of a day."""

    on = models.DateField("截至")
    # Empty: everybody; else only the households and villages below this prefix of codes.
    region = models.CharField("区划代码", max_length=12, blank=True)
    seq = models.BigIntegerField("台账序号")
    policy_version = models.CharField("政策版本", max_length=40)
    policy_hash = models.CharField("政策摘要", max_length=64)
    # Parameter rows as they were used, so that the run can be repeated and read in years.
    parameters = models.JSONField("参数", default=dict)
    snapshot = models.CharField("快照摘要", max_length=64, blank=True)
    digest = models.CharField("结果摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.RUNNING)
    subjects = models.JSONField(
        "对象数", default=dict
    )  # {"household": n, "person": n, "village": n}
    counts = models.JSONField("结果数", default=dict)  # {rule: {branch: n}}
    # Facts beyond their limits, which it took for unknown: {table.column: [household or village]}
    beyond = models.JSONField("超出范围的事实", default=dict)
    milliseconds = models.PositiveIntegerField("毫秒", default=0)
    by = models.CharField("发起人", max_length=150)
    created = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "认定运行"


class SubjectKind(models.TextChoices):
    """对象种类"""

    HOUSEHOLD = "h", "户"
    PERSON = "p", "人"
    VILLAGE = "v", "村"


class Decision(models.Model):
    """认定: what one rule says of one subject, from one run until another says otherwise.

    Branch ≥ 0 is the branch taken; -(i+1) says that condition i could not be decided. A rule's
    default branch (does not apply) is not stored.
    """

    kind = models.CharField("对象种类", max_length=1, choices=SubjectKind)
    # Household, person or village by its id; household is also set for a person.
    subject = models.BigIntegerField("对象")
    household = models.BigIntegerField("户", null=True)
    village = models.CharField("村代码", max_length=12)
    rule = models.CharField("规则", max_length=48)
    branch = models.SmallIntegerField("分支")
    missing = models.IntegerField("缺的事实", default=0)
    # None: unknown. Denormalised from the rule's branch so that a list needs no rule text.
    verdict = models.BooleanField("结论", null=True)
    since = models.DateField("自")
    until = models.DateField("至", null=True)
    run = models.ForeignKey(
        Run, models.PROTECT, verbose_name="进入的运行", related_name="+", db_index=False
    )
    ended = models.ForeignKey(
        Run, models.PROTECT, verbose_name="离开的运行", null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = "认定"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "rule"],
                condition=Q(ended__isnull=True),
                name="one_open_decision_per_subject_and_rule",
            ),
        ]
        indexes = [
            # Whole, so that a list narrowed by decisions reads no row of this table.
            models.Index(
                fields=[
                    "rule",
                    "verdict",
                    "village",
                    "household",
                    "branch",
                    "since",
                    "run",
                    "ended",
                ],
                name="decisions_by_rule",
            ),
            models.Index(fields=["household", "kind"], name="decisions_of_a_household"),
            models.Index(fields=["village"], condition=Q(kind="v"), name="decisions_of_a_village"),
            models.Index(fields=["run"], name="decisions_entered"),
            models.Index(fields=["ended"], condition=Q(ended__isnull=False), name="decisions_left"),
        ]


class Tally(models.Model):
    """认定数: how many subjects of a division are in a branch, from this run until the next row.

    A run writes only the figures that it changed; as of a run, the latest row of each (rule,
    branch, region) counts. `region` is a village or any division above it (its prefix: 4, 6, 9 or
    12 digits), so that a page of counties sums nothing. The rule `=household`, `=person` or
    `=village` counts the subjects themselves, `?fact` the households that lack a fact, and
    `~section/subject` the subjects that any rule of a section of the document leaves undecided.
    """

    run = models.ForeignKey(Run, models.CASCADE, verbose_name="运行", related_name="tallies")
    rule = models.CharField("规则", max_length=110)
    branch = models.SmallIntegerField("分支")
    verdict = models.BooleanField("结论", null=True)
    region = models.CharField("区划代码", max_length=12)
    subjects = models.PositiveIntegerField("数")

    class Meta:
        verbose_name = "认定数"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "region", "branch", "run"], name="one_tally_per_branch_and_region"
            ),
        ]
