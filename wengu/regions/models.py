"""Divisions over time: a code is an identity, an edition says its name and where it lay."""

from django.db import models


class Level(models.TextChoices):
    """级次: the four levels of a city's divisions, with the number of digits that identify each."""

    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWN = "town", "乡"
    VILLAGE = "village", "村"


class Region(models.Model):
    """区划: one statistical division code; it outlives its names and its abolition."""

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    level = models.CharField("级次", max_length=7, choices=Level)

    class Meta:
        verbose_name = "区划"


class Edition(models.Model):
    """区划版本: a city's published divisions, in force from a date until its next edition."""

    city = models.ForeignKey(Region, models.PROTECT, verbose_name="市", related_name="editions")
    on = models.DateField("日期")
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = "区划版本"
        constraints = [
            models.UniqueConstraint(fields=["city", "on"], name="one_edition_per_city_and_day"),
        ]


class Division(models.Model):
    """区划条目: the name and the parents of one code in one edition."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name="版本", related_name="divisions"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="区划", related_name="divisions"
    )
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        Region, models.PROTECT, verbose_name="统计上级", null=True, related_name="+"
    )
    # A development zone (320771) has statistics of its own but belongs to a county in law.
    administrative_parent = models.ForeignKey(
        Region, models.PROTECT, verbose_name="行政上级", null=True, related_name="+"
    )

    class Meta:
        verbose_name = "区划条目"
        constraints = [
            models.UniqueConstraint(fields=["edition", "region"], name="one_division_per_edition"),
        ]
        indexes = [models.Index(fields=["edition", "name"], name="division_by_name")]


class Succession(models.Model):
    """区划沿革: an abolished code and the code that took its place on a day."""

    old = models.ForeignKey(
        Region, models.PROTECT, verbose_name="原代码", related_name="successions"
    )
    new = models.ForeignKey(
        Region, models.PROTECT, verbose_name="新代码", related_name="predecessors"
    )
    on = models.DateField("日期")
    basis = models.CharField("依据", max_length=100)

    class Meta:
        verbose_name = "区划沿革"
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new", "on"], name="one_succession_per_pair_and_day"
            ),
        ]
