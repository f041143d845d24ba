import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_outcome'),
        ('regions', '0001_initial'),
        ('registry', '0005_carried_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='自')),
                ('seq', models.BigIntegerField(verbose_name='已知自')),
                ('superseded_seq', models.BigIntegerField(null=True, verbose_name='已知至')),
                ('source', models.CharField(choices=[('1correction', '更正'), ('2visit', '走访'), ('3department', '部门'), ('4roster', '花名册')], max_length=12, verbose_name='来源')),
                ('sheet', models.PositiveSmallIntegerField(default=0, verbose_name='工作表')),
                ('row', models.PositiveIntegerField(null=True, verbose_name='行号')),
                ('carried', models.JSONField(null=True, verbose_name='沿用')),
                ('kind', models.CharField(choices=[('dibao', '低保名册'), ('destitute', '特困供养名册'), ('hospital', '医保住院表'), ('disability', '残联名册')], max_length=12, verbose_name='种类')),
                ('number', models.BinaryField(max_length=16, verbose_name='证件索引')),
                ('whole', models.BooleanField(default=False, verbose_name='全户保障')),
                ('urban', models.BooleanField(default=False, verbose_name='城市低保')),
                ('grade', models.CharField(blank=True, max_length=12, verbose_name='等级')),
                ('monthly_fen', models.BigIntegerField(null=True, verbose_name='月金额（分）')),
                ('started', models.DateField(null=True, verbose_name='享受起始日期')),
                ('grace_since', models.DateField(null=True, verbose_name='渐退起始日期')),
                ('grace_stated', models.BooleanField(default=False, verbose_name='载有渐退起始日期')),
                ('disability', models.CharField(blank=True, max_length=2, verbose_name='残疾类别等级')),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.batch', verbose_name='批次')),
                ('restores', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.listed', verbose_name='恢复自')),
            ],
            options={
                'verbose_name': '名册所列',
                'indexes': [models.Index(fields=['number', 'kind'], name='listed_of_a_number')],
            },
        ),
        migrations.RemoveConstraint(model_name='bill', name='one_bill_per_stay'),
        migrations.RemoveConstraint(model_name='listinggap', name='one_open_gap_per_listing_and_person'),
        migrations.AddField('bill', 'listed_on', models.DateField(null=True, verbose_name='名册日期')),
        migrations.AddField('bill', 'number', models.BinaryField(null=True, max_length=16, verbose_name='证件索引')),
        migrations.AddField('listing', 'town', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='乡镇')),
        migrations.AddField('listinggap', 'number', models.BinaryField(max_length=16, null=True, verbose_name='证件索引')),
        migrations.AlterField('listing', 'kind', models.CharField(choices=[('dibao', '低保名册'), ('destitute', '特困供养名册'), ('hospital', '医保住院表'), ('disability', '残联名册')], max_length=12, verbose_name='种类')),
    ]
