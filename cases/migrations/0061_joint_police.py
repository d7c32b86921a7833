import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("agencies", "0034_notice_kinds"),
        ('cases', '0060_a_watch_of_duties'),
    ]

    operations = [
        migrations.AddField(
            model_name="jointplan",
            name="police",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.office",
                verbose_name="office of the police that takes part",
            ),
        ),
    ]
