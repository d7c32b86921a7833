"""Until when an office that accepted a plan owes attendance, and its review."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0015_kinds_of_keys_and_questions'),
    ]

    operations = [
        migrations.AddField(
            model_name='entrusted',
            name='report_by',
            field=models.DateTimeField(null=True, verbose_name='attendance and two lines wanted by'),
        ),
        migrations.AddField(
            model_name='entrusted',
            name='review_by',
            field=models.DateTimeField(null=True, verbose_name='review wanted by'),
        ),
    ]
