"""Who works here, in which post, for which region."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from wengu.regions.models import Region


class Role(models.TextChoices):
    """角色: the posts of a real city; what each may do stands in `accounts.permissions`."""

    VILLAGE_CADRE = "village_cadre", "村干部"
    TOWN_CLERK = "town_clerk", "镇经办"
    COUNTY_CIVIL_AFFAIRS = "county_civil_affairs", "县民政局经办"
    COUNTY_REVITALISATION = "county_revitalisation", "县农业农村局经办"
    CITY_CIVIL_AFFAIRS = "city_civil_affairs", "市民政局经办"
    CITY_REVITALISATION = "city_revitalisation", "市农业农村局经办"
    DEPARTMENT = "department", "部门经办"
    LEADER = "leader", "领导"
    INSPECTOR = "inspector", "纪检监督"
    SYSTEM_ADMINISTRATOR = "system_administrator", "系统管理员"
    SECURITY_ADMINISTRATOR = "security_administrator", "安全管理员"
    AUDIT_ADMINISTRATOR = "audit_administrator", "审计管理员"


class Department(models.TextChoices):
    """部门: the offices beside the two that lead; each sees what its own duty needs."""

    EDUCATION = "education", "教育局"
    HEALTH = "health", "卫生健康委"
    MEDICAL_INSURANCE = "medical_insurance", "医疗保障局"
    HUMAN_RESOURCES = "human_resources", "人力资源和社会保障局"
    HOUSING = "housing", "住房和城乡建设局"
    WATER = "water", "水利局"
    DISABLED_PERSONS = "disabled_persons", "残疾人联合会"
    FINANCE = "finance", "财政局"


class User(AbstractUser):
    """用户: one person with an account; what they may see hangs on their post."""

    first_name = None  # type: ignore[assignment]  # one name field: Chinese names are not split
    last_name = None  # type: ignore[assignment]  # likewise
    name = models.CharField("姓名", max_length=60)
    must_change_password = models.BooleanField("须改密码", default=False)
    # How pages look to this person on any computer: s is 标准.
    text_size = models.CharField("字号", max_length=5, default="s")
    density = models.CharField("密度", max_length=5, default="s")

    class Meta:
        verbose_name = "用户"

    def __str__(self) -> str:
        return self.username


class Post(models.Model):
    """岗位: a role in an office for a region, for a time. One user holds one post at a time."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="posts")
    role = models.CharField("角色", max_length=30, choices=Role)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="区划", related_name="+")
    department = models.CharField("部门", max_length=20, choices=Department, blank=True)
    office = models.CharField("单位", max_length=60)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "岗位"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="post_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.DEPARTMENT) ^ Q(department=""),
                name="department_officers_have_a_department",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(until__isnull=True), name="one_open_post_per_user"
            ),
        ]
