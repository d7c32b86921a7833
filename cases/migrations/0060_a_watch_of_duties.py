from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0059_two_decide'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clocksweep',
            name='one_clock_sweep',
        ),
        migrations.AddConstraint(
            model_name='clocksweep',
            constraint=models.CheckConstraint(condition=models.Q(('id__in', [1, 2])), name='one_sweep_of_each'),
        ),
    ]
