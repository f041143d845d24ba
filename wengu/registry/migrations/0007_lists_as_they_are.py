from django.db import migrations, models

CHUNK = 2000
EVERYTHING = ''
DEPARTMENT = '3department'


def keep_lists_as_they_are(apps, schema_editor):
    """Say of each list that came in whom it named: what ran on its day as it was known then."""
    _bills(apps)
    old = list(apps.get_model('registry', 'Listing').objects.order_by('pk'))
    for listing in old:
        named = {'dibao': _dibao, 'disability': _disability}.get(listing.kind)
        if named is not None:
            named(apps, listing)
        _towns(apps, listing)
    gaps = apps.get_model('registry', 'ListingGap').objects.filter(listing__town__isnull=True)
    gaps._raw_delete(gaps.db)
    lists = apps.get_model('registry', 'Listing').objects.filter(town__isnull=True)
    lists._raw_delete(lists.db)
    for name in ('PersonFacts', 'HouseholdFacts'):
        # Nobody but these lists has spoken as a department so far.
        rows = apps.get_model('registry', name).objects.filter(source=DEPARTMENT)
        rows._raw_delete(rows.db)


def _known(listing):
    later = models.Q(superseded_seq__isnull=True) | models.Q(superseded_seq__gt=listing.seq)
    return models.Q(seq__lte=listing.seq, since__lte=listing.since) & later


def _inside(listing):
    code = listing.county_id[:6]
    return {'village__gte': code + '0' * 6, 'village__lt': code + ':'}


def _bills(apps):
    model = apps.get_model('registry', 'Bill')
    numbers = dict(apps.get_model('registry', 'Person').objects.values_list('pk', 'id_index'))
    some = []
    for row in model.objects.select_related('batch').iterator(chunk_size=CHUNK):
        row.number = numbers[row.person_id] or b''
        row.listed_on = row.batch.dated if row.batch_id else row.since
        some.append(row)
        if len(some) == CHUNK:
            model.objects.bulk_update(some, ['number', 'listed_on'], batch_size=200)
            some = []
    model.objects.bulk_update(some, ['number', 'listed_on'], batch_size=200)


def _dibao(apps, listing):
    rows = apps.get_model('registry', 'Benefit').objects.filter(_known(listing), source=DEPARTMENT)
    inside = {f'household__{name}': value for name, value in _inside(listing).items()}
    open_ = models.Q(until__isnull=True) | models.Q(until__gt=listing.since)
    rows = list(rows.filter(open_, **inside).select_related('person'))
    whole = {row.household_id for row in rows if row.kind == 'dibao' and row.person_id is None}
    grace = {row.household_id: row.since for row in rows if row.kind == 'gradual_exit'}
    facts = apps.get_model('registry', 'HouseholdFacts').objects.filter(_known(listing), source=DEPARTMENT)
    said = {row.household_id: row for row in facts.filter(**inside).order_by('since', 'seq', 'pk')}
    listed = []
    for row in rows:
        if row.kind != 'dibao' or row.person_id is None or row.person.id_index is None:
            continue
        home = said.get(row.household_id)
        listed.append(_listed(
            apps, listing, row, 'dibao', row.person.id_index, whole=row.household_id in whole,
            urban=bool(home and home.urban_dibao), grade=row.grade, monthly_fen=row.monthly_fen,
            started=row.since, grace_since=grace.get(row.household_id), grace_stated=True,
        ))
    wholly = {key for key, row in said.items() if row.destitute}
    listed += _of_persons(apps, listing, 'destitute', 'destitute', lambda row, home: {'whole': home in wholly})
    apps.get_model('registry', 'Listed').objects.bulk_create(listed, batch_size=CHUNK)
    if any(row.kind == 'destitute' for row in listed):
        _towns(apps, listing, kind='destitute')


def _disability(apps, listing):
    listed = _of_persons(
        apps, listing, 'disability', 'disabled', lambda row, home: {'disability': row.disability or ''}
    )
    apps.get_model('registry', 'Listed').objects.bulk_create(listed, batch_size=CHUNK)


def _of_persons(apps, listing, kind, flag, own):
    facts = apps.get_model('registry', 'PersonFacts').objects.filter(_known(listing), source=DEPARTMENT)
    said = {row.person_id: row for row in facts.order_by('since', 'seq', 'pk')}
    homes = _homes(apps, listing)
    numbers = {}
    keys = [key for key, row in said.items() if getattr(row, flag) and key in homes]
    for start in range(0, len(keys), 500):
        some = apps.get_model('registry', 'Person').objects.filter(pk__in=keys[start:start + 500])
        numbers |= dict(some.values_list('pk', 'id_index'))
    return [
        _listed(apps, listing, said[key], kind, numbers[key], **own(said[key], homes[key][0]))
        for key in keys if numbers[key] is not None
    ]


def _homes(apps, listing):
    rows = apps.get_model('registry', 'Membership').objects.filter(
        until__isnull=True, superseded_seq__isnull=True,
        **{f'household__{name}': value for name, value in _inside(listing).items()},
    )
    pairs = rows.values_list('person_id', 'household_id', 'household__village_id')
    return {person: (home, village) for person, home, village in pairs}


def _listed(apps, listing, row, kind, number, **own):
    return apps.get_model('registry', 'Listed')(
        kind=kind, number=number, since=listing.since, seq=listing.seq,
        superseded_seq=listing.superseded_seq, source=DEPARTMENT, batch_id=listing.batch_id,
        sheet=row.sheet, row=row.row, carried={EVERYTHING: _origin(row)}, **own,
    )


def _origin(row):
    carried = (row.carried or {}).get(EVERYTHING)
    day = row.since
    return carried or [day.year * 10_000 + day.month * 100 + day.day, row.batch_id, row.sheet, row.row]


def _towns(apps, listing, kind=None):
    """Let the list of a county be one of each town that it names anybody of."""
    kind = kind or listing.kind
    homes = _homes(apps, listing)
    if kind == 'hospital':
        rows = apps.get_model('registry', 'Bill').objects.filter(superseded_seq__isnull=True)
        people = set(rows.values_list('person_id', flat=True))
    else:
        rows = apps.get_model('registry', 'Listed').objects.filter(
            kind=kind, since=listing.since, seq=listing.seq
        )
        numbers = {bytes(number) for number in rows.values_list('number', flat=True)}
        everybody = apps.get_model('registry', 'Person').objects.filter(id_index__isnull=False)
        people = {
            key for key, number in everybody.values_list('pk', 'id_index') if bytes(number) in numbers
        }
    made = {}
    for town in sorted({homes[key][1][:9].ljust(12, '0') for key in people if key in homes}):
        made[town] = apps.get_model('registry', 'Listing').objects.create(
            kind=kind, county_id=listing.county_id, town_id=town, since=listing.since, seq=listing.seq,
            superseded_seq=listing.superseded_seq, source=listing.source, batch_id=listing.batch_id,
        )
    gaps = apps.get_model('registry', 'ListingGap')
    for gap in gaps.objects.filter(listing=listing):
        town = homes.get(gap.person_id, (0, ''))[1][:9].ljust(12, '0')
        if town in made:
            gaps.objects.create(
                listing=made[town], person_id=gap.person_id, since=gap.since, seq=gap.seq,
                superseded_seq=gap.superseded_seq, source=gap.source, batch_id=gap.batch_id,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0006_listed'),
    ]

    operations = [
        migrations.RunPython(keep_lists_as_they_are, migrations.RunPython.noop),
    ]
