"""The plans of one course of help are found without reading those of all others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0070_welfare'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='counselingplan',
            index=models.Index(fields=['course'], name='counseling_of_course'),
        ),
    ]
