"""What is true of households, persons and villages: since when, known since when, and who says so.

A statement is a typed row with two times: `since` (true from) and `seq` (known from, a Change).
Nothing is overwritten: a reversed or corrected statement gets `superseded_seq`. What `Household`
and `Person` show of their statements is a copy of those in force, kept by `registry.copies`.
"""

import uuid

from django.db import models
from django.db.models import Q

from wengu.intake.models import Batch
from wengu.regions.models import Region
from wengu.vault.fields import EncryptedField


class Change(models.Model):
    """变更: one transaction of writes to the registry; its id is the sequence of what was known."""

    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.CharField("经办人", max_length=150)
    what = models.CharField("事由", max_length=200)
    batch = models.ForeignKey(
        Batch, models.PROTECT, verbose_name="批次", null=True, related_name="+"
    )

    class Meta:
        verbose_name = "变更"


class Household(models.Model):
    """户: its lasting number, and a copy of what is stated of it now, by which it is found.

    Where it is and how it is reached are HouseholdPlaces, its other facts HouseholdFacts. One that
    nobody states any more (its file was taken back) keeps the last copy, for old runs only.
    """

    uid = models.UUIDField("编号", default=uuid.uuid4, unique=True)
    number = models.CharField("户编号", max_length=30, unique=True)
    village = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    group_name = models.CharField("自然村", max_length=60, blank=True)
    phone = EncryptedField("联系电话", null=True)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, db_index=True)
    address = EncryptedField("住址", null=True)
    head_name = models.CharField("户主", max_length=60, blank=True)
    head_initials = models.CharField("户主拼音首字母", max_length=20, blank=True)
    head_sort = models.CharField("户主拼音", max_length=100, blank=True)
    size = models.PositiveSmallIntegerField("人口", default=0)
    income_per_head_fen = models.BigIntegerField("人均纯收入（分）", null=True)
    seq = models.BigIntegerField("登记序号")

    class Meta:
        verbose_name = "户"
        indexes = [
            models.Index(fields=["village", "number"], name="households_by_village"),
            models.Index(fields=["head_name"], name="households_by_head"),
            models.Index(fields=["head_initials"], name="households_by_initials"),
            models.Index(fields=["village", "head_sort"], name="households_by_sort"),
            models.Index(fields=["village", "income_per_head_fen"], name="households_by_income"),
        ]

    def __str__(self) -> str:
        return self.number


class IdKind(models.TextChoices):
    """证件种类"""

    RESIDENT = "resident", "居民身份证"
    DISABILITY = "disability", "残疾人证"
    PLACEHOLDER = "placeholder", "无有效证件"


class Person(models.Model):
    """人: the lasting blind index of the number, and a copy of the identity stated now.

    The number itself is encrypted. What was stated, and since when, are PersonIdentities.
    """

    uid = models.UUIDField("编号", default=uuid.uuid4, unique=True)
    name = models.CharField("姓名", max_length=60)
    initials = models.CharField("拼音首字母", max_length=20, blank=True)
    sort = models.CharField("拼音", max_length=100, blank=True)
    birth = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=1, blank=True)
    id_kind = models.CharField("证件种类", max_length=12, choices=IdKind)
    id_number = EncryptedField("证件号码", null=True)
    # Of the first 18 digits; None for a placeholder, which identifies nobody.
    id_index = models.BinaryField("证件索引", max_length=16, null=True)
    number = models.CharField("人编号", max_length=30, blank=True)
    seq = models.BigIntegerField("登记序号")

    class Meta:
        verbose_name = "人"
        constraints = [
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(id_index__isnull=False),
                name="one_person_per_identity_number",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="persons_by_name"),
            models.Index(fields=["initials"], name="persons_by_initials"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class SourceKind(models.TextChoices):
    """来源: who says so; the order is the precedence, the first wins."""

    CORRECTION = "1correction", "更正"
    VISIT = "2visit", "走访"
    DEPARTMENT = "3department", "部门"
    ROSTER = "4roster", "花名册"


class Statement(models.Model):
    """陈述: the columns every statement carries."""

    since = models.DateField("自")
    seq = models.BigIntegerField("已知自")
    superseded_seq = models.BigIntegerField("已知至", null=True)
    source = models.CharField("来源", max_length=12, choices=SourceKind)
    batch = models.ForeignKey(
        Batch, models.PROTECT, verbose_name="批次", null=True, related_name="+"
    )
    sheet = models.PositiveSmallIntegerField("工作表", default=0)
    row = models.PositiveIntegerField("行号", null=True)
    # Set on a copy that a reversal brought back: the row in which it was first stated.
    restores = models.ForeignKey(
        "self", models.PROTECT, verbose_name="恢复自", null=True, related_name="+", db_index=False
    )
    carried = models.JSONField("沿用", null=True)  # where else columns were stated: .carrying

    class Meta:
        abstract = True


class HouseholdPlace(Statement):
    """户所在: where a household is and how it is reached, whole in each statement."""

    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="places"
    )
    # The household's own: what is encrypted here is bound to it, and a snapshot needs no join.
    uid = models.UUIDField("户的编号")
    village = models.ForeignKey(
        Region, models.PROTECT, verbose_name="村", related_name="+", db_index=False
    )
    group_name = models.CharField("自然村", max_length=60, blank=True)
    phone = EncryptedField("联系电话", null=True)

    class Meta:
        verbose_name = "户所在"


class PersonIdentity(Statement):
    """人身份: who a person is, by papers and sheet, whole in each statement."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人", related_name="identities")
    uid = models.UUIDField("人的编号")
    name = models.CharField("姓名", max_length=60)
    birth = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=1, blank=True)
    id_kind = models.CharField("证件种类", max_length=12, choices=IdKind)
    id_number = EncryptedField("证件号码", null=True)
    number = models.CharField("人编号", max_length=30, blank=True)

    class Meta:
        verbose_name = "人身份"


class Membership(Statement):
    """家庭成员: a person belongs to a household, from a day until another."""

    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="memberships"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="人", related_name="memberships"
    )
    relation = models.CharField("与户主关系", max_length=12)
    until = models.DateField("至", null=True)

    class Meta:
        verbose_name = "家庭成员"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True, superseded_seq__isnull=True),
                name="one_open_household_per_person",
            ),
        ]


class HouseholdFacts(Statement):
    """户情况: what one source states of a household. None: this statement does not say."""

    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="facts"
    )
    registered = models.BooleanField("建档立卡", null=True)
    standard = models.CharField("识别标准", max_length=12, null=True)
    kind = models.CharField("户类型", max_length=20, null=True)
    exit_status = models.CharField("脱贫属性", max_length=8, null=True)
    exit_year = models.PositiveSmallIntegerField("脱贫年度", null=True)
    monitored = models.CharField("监测对象类别", max_length=12, null=True)
    risk_cleared = models.BooleanField("风险已消除", null=True)
    dibao = models.BooleanField("低保户", null=True)
    # Said of a household whose dibao a list of civil affairs calls 城市低保, and of no other.
    urban_dibao = models.BooleanField("城市低保户", null=True)
    destitute = models.BooleanField("特困供养户", null=True)
    main_cause = models.CharField("主要致贫原因", max_length=20, null=True)
    house_dangerous = models.BooleanField("危房户", null=True)
    house_grade = models.CharField("住房等级", max_length=2, null=True)
    safe_water = models.BooleanField("饮水安全", null=True)
    water_difficulty = models.BooleanField("饮水困难", null=True)
    disaster_on = models.DateField("受灾日期", null=True)

    class Meta:
        verbose_name = "户情况"
        indexes = [
            models.Index(fields=["household", "source", "since"], name="facts_of_a_household")
        ]


class PersonFacts(Statement):
    """人情况: what one source states of a person. None: this statement does not say."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="人", related_name="facts")
    nation = models.CharField("民族", max_length=12, null=True)
    education = models.CharField("文化程度", max_length=12, null=True)
    schooling = models.CharField("在校生状况", max_length=16, null=True)
    absence_reason = models.CharField("未上学原因", max_length=20, null=True)
    chronic = models.BooleanField("长期慢性病", null=True)
    serious_illness = models.BooleanField("患有大病", null=True)
    disabled = models.BooleanField("残疾", null=True)
    disability = models.CharField("残疾类别等级", max_length=2, null=True)
    labour = models.CharField("劳动技能", max_length=12, null=True)
    work_place = models.CharField("务工区域", max_length=20, null=True)
    work_months = models.PositiveSmallIntegerField("务工月数", null=True)
    medical_insurance = models.BooleanField("基本医疗保险", null=True)
    serious_illness_insurance = models.BooleanField("大病保险", null=True)
    pension_insurance = models.BooleanField("基本养老保险", null=True)
    dibao = models.BooleanField("享受低保", null=True)
    destitute = models.BooleanField("特困供养", null=True)

    class Meta:
        verbose_name = "人情况"
        indexes = [models.Index(fields=["person", "source", "since"], name="facts_of_a_person")]


class VillageFacts(Statement):
    """村情况: what one source states of a village. None: this statement does not say."""

    village = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="facts")
    status = models.CharField("经济薄弱村", max_length=4, null=True)
    collective_income_fen = models.BigIntegerField("集体经营性收入（分）", null=True)
    income_year = models.PositiveSmallIntegerField("收入年度", null=True)
    households = models.PositiveIntegerField("总户数", null=True)
    persons = models.PositiveIntegerField("总人口数", null=True)
    dangerous_houses = models.PositiveIntegerField("危房户数", null=True)
    unsafe_water = models.PositiveIntegerField("未实现饮水安全户数", null=True)
    road = models.BooleanField("到乡镇通硬化路", null=True)
    bus = models.BooleanField("通客运班车", null=True)
    clinic = models.PositiveSmallIntegerField("卫生室个数", null=True)
    doctor = models.PositiveSmallIntegerField("执业医师", null=True)
    toilet = models.PositiveSmallIntegerField("公共厕所个数", null=True)
    waste_point = models.PositiveSmallIntegerField("垃圾集中堆放点", null=True)

    class Meta:
        verbose_name = "村情况"
        indexes = [models.Index(fields=["village", "source", "since"], name="facts_of_a_village")]


class IncomeItem(models.TextChoices):
    """收入项目: the five that make up net income together, and what a roster declares per head."""

    WAGES = "wages", "工资性收入"
    BUSINESS = "business", "生产经营性收入"
    PROPERTY = "property", "财产性收入"
    TRANSFERS = "transfers", "转移性收入"
    BUSINESS_COSTS = "business_costs", "生产经营性支出"
    DECLARED_NET_PER_HEAD = "declared_net_per_head", "人均纯收入（申报）"


class Income(Statement):
    """收入: one item of a household's income in one period; never a column per item."""

    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="incomes"
    )
    period_since = models.DateField("期间自")
    period_until = models.DateField("期间至")
    item = models.CharField("项目", max_length=40)
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        verbose_name = "收入"
        indexes = [
            models.Index(fields=["household", "period_until"], name="incomes_of_a_household")
        ]


class Bill(Statement):
    """住院费用: one hospital stay of whoever has this number, as one list says who paid what."""

    # Of the first 18 digits, as a person's: whoever is enrolled later is found by it too.
    number = models.BinaryField("证件索引", max_length=16)
    hospital = models.CharField("医疗机构", max_length=100)
    diagnosis = models.CharField("出院诊断", max_length=100, blank=True)
    admitted = models.DateField("入院日期")
    discharged = models.DateField("出院日期")
    total_fen = models.BigIntegerField("医疗总费用（分）")
    basic_fen = models.BigIntegerField("基本补偿（分）", null=True)
    serious_fen = models.BigIntegerField("大病报销（分）", null=True)
    self_pay_fen = models.BigIntegerField("自付金额（分）", null=True)
    listed_on = models.DateField("名册日期")

    class Meta:
        verbose_name = "住院费用"
        indexes = [models.Index(fields=["number", "discharged"], name="bills_of_a_number")]


class ListingKind(models.TextChoices):
    """名册种类"""

    DIBAO = "dibao", "低保名册"
    DESTITUTE = "destitute", "特困供养名册"
    HOSPITAL = "hospital", "医保住院表"
    DISABILITY = "disability", "残联名册"


class Listing(Statement):
    """名册到达: a department's whole list for a town is in, true as of `since`.

    Only with it may an absence be read: who is not on the dibao list has no dibao. Without it the
    fact is unknown. A county's list is one of every town that it names anybody of, and of no other.
    """

    kind = models.CharField("种类", max_length=12, choices=ListingKind)
    town = models.ForeignKey(Region, models.PROTECT, verbose_name="乡镇", related_name="+")

    class Meta:
        verbose_name = "名册到达"


class Listed(Statement):
    """名册所列: what one row of a department's list says of whoever has this number.

    Every list is kept whole: what it ends is read from its silence, and nothing is written for it.
    """

    kind = models.CharField("种类", max_length=12, choices=ListingKind)
    number = models.BinaryField("证件索引", max_length=16)
    whole = models.BooleanField("全户保障", default=False)
    urban = models.BooleanField("城市低保", default=False)
    grade = models.CharField("等级", max_length=12, blank=True)
    monthly_fen = models.BigIntegerField("月金额（分）", null=True)
    started = models.DateField("享受起始日期", null=True)
    grace_since = models.DateField("渐退起始日期", null=True)
    # Whether the sheet has the column at all: one without it leaves what an earlier one says.
    grace_stated = models.BooleanField("载有渐退起始日期", default=False)
    disability = models.CharField("残疾类别等级", max_length=2, blank=True)

    class Meta:
        verbose_name = "名册所列"
        indexes = [models.Index(fields=["number", "kind"], name="listed_of_a_number")]


class ListingGap(Statement):
    """名册缺口: a row of a list still waits that may be about this person, or has this number.

    Absence from that list then says nothing of the person: the fact is unknown, not "no".
    """

    listing = models.ForeignKey(
        Listing, models.PROTECT, verbose_name="名册到达", related_name="gaps"
    )
    number = models.BinaryField("证件索引", max_length=16, null=True)
    # Where the number cannot be read: everybody of that name.
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="人", related_name="+", null=True
    )

    class Meta:
        verbose_name = "名册缺口"
