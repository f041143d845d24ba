import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0001_initial'),
        ('registry', '0007_lists_as_they_are'),
    ]

    operations = [
        migrations.DeleteModel(name='Benefit'),
        migrations.RemoveField(model_name='bill', name='person'),
        migrations.RemoveField(model_name='listing', name='county'),
        migrations.AlterField('bill', 'listed_on', models.DateField(verbose_name='名册日期')),
        migrations.AlterField('bill', 'number', models.BinaryField(max_length=16, verbose_name='证件索引')),
        migrations.AlterField('listing', 'town', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='乡镇')),
        migrations.AlterField('listinggap', 'person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='人')),
        migrations.AddIndex('bill', models.Index(fields=['number', 'discharged'], name='bills_of_a_number')),
    ]
