"""By which row another person gives the help of an entrusted plan."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0046_office_heads'),
        ('cases', '0071_plans_of_a_course'),
        ('referrals', '0016_what_the_other_office_owes'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntrustedNaming',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('why', models.CharField(choices=[('left', 'the position ends or has ended'), ('leave', 'long leave'), ('duties', 'work is shared out anew'), ('ties', 'a tie to the child or those around it')], max_length=20, verbose_name='why another person is named')),
                ('named_at', models.DateTimeField(verbose_name='named at')),
            ],
            options={
                'ordering': ['named_at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='entrusted',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['office', '-sent_at'], name='entrusted_of_office'),
        ),
        migrations.AddField(
            model_name='entrustednaming',
            name='before',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='who gave the help before'),
        ),
        migrations.AddField(
            model_name='entrustednaming',
            name='entrusted',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='namings', to='referrals.entrusted', verbose_name='entrusted plan'),
        ),
        migrations.AddField(
            model_name='entrustednaming',
            name='named_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='named by'),
        ),
        migrations.AddField(
            model_name='entrustednaming',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='who gives the help there'),
        ),
        migrations.AddIndex(
            model_name='entrustednaming',
            index=models.Index(fields=['entrusted', 'named_at'], name='entrusted_naming_of'),
        ),
    ]
