"""Marks on events, blocks over them, and the triggers that let both only be added to."""

import wengu.audit.clock
import wengu.audit.fields
from django.db import migrations, models
from wengu.audit import guards, marks

PIECE = 1000


def mark(apps, schema_editor):
    """Mark the events written before there were marks, as they are found now."""
    events = apps.get_model("audit", "Event").objects.order_by("pk")
    after = 0
    while rows := list(events.filter(pk__gt=after)[:PIECE]):
        for row in rows:
            row.mac = marks.mac(tuple(getattr(row, name) for name in wengu.audit.fields.SAID))
        events.bulk_update(rows, ["mac"])
        after = rows[-1].pk


def guard(apps, schema_editor):
    guards.raise_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('previous', models.CharField(max_length=64, verbose_name='上一块的散列')),
                ('first', models.BigIntegerField(verbose_name='第一条')),
                ('last', models.BigIntegerField(verbose_name='最后一条')),
                ('count', models.PositiveIntegerField(verbose_name='条数')),
                ('ranges', models.JSONField(verbose_name='事件编号')),
                ('marks', models.TextField(verbose_name='各条的短散列')),
                ('hash', models.CharField(max_length=64, verbose_name='散列')),
                ('at', models.DateTimeField(verbose_name='封存时间')),
            ],
            options={
                'verbose_name': '封存块',
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=wengu.audit.clock.now, editable=False, verbose_name='时间')),
                ('by', models.CharField(max_length=150, verbose_name='核验人')),
                ('blocks', models.PositiveBigIntegerField(verbose_name='块数')),
                ('events', models.PositiveBigIntegerField(verbose_name='条数')),
                ('waiting', models.PositiveBigIntegerField(verbose_name='待封存')),
                ('problems', models.JSONField(default=list, verbose_name='问题')),
            ],
            options={
                'verbose_name': '核验',
            },
        ),
        migrations.AddField(
            model_name='event',
            name='mac',
            field=wengu.audit.fields.MacField(default='', editable=False, max_length=48, verbose_name='校验码'),
        ),
        migrations.AlterField(
            model_name='event',
            name='at',
            field=models.DateTimeField(db_index=True, default=wengu.audit.clock.now, editable=False, verbose_name='时间'),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
