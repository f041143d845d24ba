"""An oracle for the language: what each node means, written from its definition in words.

It shares nothing with the engines: truth is a number (0, 1/2, 1), AND the least of its parts, OR
the greatest, unknown numbers are Python's None, ages and months are counted on the calendar.
"""

import datetime
from fractions import Fraction

from wengu.rules import nodes as n

HALF = Fraction(1, 2)


def truth(value):
    return HALF if value is None else Fraction(int(value))


def answer(level):
    return {Fraction(0): False, HALF: None, Fraction(1): True}[level]


def date(day):
    return datetime.date(int(str(day)[:4]), int(str(day)[4:6]), int(str(day)[6:]))


def months_later(start, months):
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = start.day
    while True:
        try:
            return datetime.date(year, month, day)
        except ValueError:
            day -= 1


def years_old(birth, on):
    years = on.year - birth.year
    return years - ((on.month, on.day) < (birth.month, birth.day))


class World:
    """Rows as nested dicts: row["_up"] is the parent, row["_down"][table] the children."""

    def __init__(self, vocabulary, on, settings):
        self.voc, self.on, self.settings = vocabulary, on, settings

    def find(self, row, table):
        while row["_table"] != table:
            row = row["_up"]
        return row

    def parameter(self, name, row):
        while row.get("_up"):
            row = row["_up"]
        return self.settings.get((name, row["county"]), self.settings.get((name, None)))

    def number(self, x, row):
        return self.NUMBERS[type(x)](self, x, row)

    def today(self, x, row):
        return self.on.year * 10000 + self.on.month * 100 + self.on.day

    def defaulted(self, x, row):
        first = self.number(x.of, row)
        return first if first is not None else self.number(x.value, row)

    def arithmetic(self, x, row):
        a, b = self.number(x.left, row), self.number(x.right, row)
        if a is None or b is None:
            return None
        return a + b if x.operator == "+" else a - b if x.operator == "-" else a * b

    def chosen(self, x, row):
        chosen = answer(self.truth(x.condition, row))
        return None if chosen is None else self.number(x.yes if chosen else x.no, row)

    def definition(self, x):
        return self.voc.facts[x.table, x.name].node

    def rows(self, x, row):
        return self.find(row, self.voc.tables[x.table].parent.name)["_down"].get(x.table, [])

    def total(self, x, row):
        total = 0
        for child in self.rows(x, row):
            counts = Fraction(1) if x.where is None else self.truth(x.where, child)
            if counts == HALF:
                return None
            if counts == 1:
                amount = 1 if x.body is None else self.number(x.body, child)
                if amount is None:
                    return None
                total += amount
        return total

    def truth(self, x, row):
        return self.TRUTHS.get(type(x), World.simple)(self, x, row)

    def simple(self, x, row):
        return truth(self.number(x, row))

    def member(self, x, row):
        value = self.number(x.of, row)
        values = x.values if isinstance(x.values, tuple) else self.number(x.values, row)
        return HALF if value is None or values is None else Fraction(value in values)

    def otherwise(self, x, row):
        found = self.truth(x.of, row)
        return self.truth(x.value, row) if found == HALF else found

    def known(self, x, row):
        try:
            return Fraction(self.number(x.of, row) is not None)
        except KeyError:
            return Fraction(self.truth(x.of, row) != HALF)

    def quantified(self, x, row):
        levels = []
        for child in self.rows(x, row):
            where = Fraction(1) if x.where is None else self.truth(x.where, child)
            body = self.truth(x.body, child)
            levels.append(min(where, body) if x.operator == "any" else max(1 - where, body))
        if x.operator == "any":
            return max(levels, default=Fraction(0))
        return min(levels, default=Fraction(1))

    def comparison(self, x, row):
        if isinstance(x.left, n.Age):
            birth, years = self.number(x.left.birth, row), self.number(x.right, row)
            if birth is None or years is None:
                return HALF
            return self.compared(x.operator, years_old(date(birth), self.on), years)
        if isinstance(x.right, n.Cut):
            return self.within(x, row)
        a, b = self.number(x.left, row), self.number(x.right, row)
        return HALF if a is None or b is None else self.compared(x.operator, a, b)

    def within(self, x, row):
        start, length = self.number(x.left, row), self.number(x.right.length, row)
        if start is None or length is None:
            return HALF
        if x.right.kind == "before":
            bound = months_later(self.on, -length)
            return self.compared(x.operator, date(start), bound)
        if x.right.kind == "months":
            running = self.on < months_later(date(start), length)
        else:
            running = self.on < date(start) + datetime.timedelta(days=length)
        return Fraction(running == (x.operator == ">="))

    def compared(self, operator, a, b):
        order = (a > b) - (a < b)
        wanted = {"=": {0}, "!=": {-1, 1}, "<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}}
        return Fraction(order in wanted[operator])

    NUMBERS = {
        n.Column: lambda self, x, row: self.find(row, x.table)[x.name],
        n.Fact: lambda self, x, row: self.number(self.definition(x), self.find(row, x.table)),
        n.Parameter: lambda self, x, row: self.parameter(x.name, row),
        n.Literal: lambda self, x, row: x.value,
        n.Need: lambda self, x, row: self.number(x.of, row),
        n.Today: today,
        n.Default: defaulted,
        n.Arithmetic: arithmetic,
        n.Either: chosen,
        n.Aggregate: total,
    }
    TRUTHS = {
        n.And: lambda self, x, row: min(self.truth(item, row) for item in x.items),
        n.Or: lambda self, x, row: max(self.truth(item, row) for item in x.items),
        n.Not: lambda self, x, row: 1 - self.truth(x.of, row),
        n.Need: lambda self, x, row: self.truth(x.of, row),
        n.Fact: lambda self, x, row: self.truth(self.definition(x), self.find(row, x.table)),
        n.Known: known,
        n.Compare: comparison,
        n.Member: member,
        n.Aggregate: quantified,
        n.Default: otherwise,
    }
