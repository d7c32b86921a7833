"""Every kind of key that rooms use, and the few entrusted plans with a question found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0040_entrusted'),
        # Both lists of the kinds of keys came before: whichever ran last had taken the other's away.
        ('cases', '0070_welfare'),
        ('referrals', '0014_entrusted'),
    ]

    operations = [
        migrations.RunSQL(
            """ALTER TABLE keys.data_key DROP CONSTRAINT data_key_kind_check, ADD CONSTRAINT data_key_kind_check
               CHECK (kind IN ('case', 'child', 'disclosure', 'compartment', 'handover', 'filed', 'shelter', 'rights', 'childword',
                               'findings', 'session', 'placeask', 'entrusted', 'entrustnote', 'reliance', 'reliancedraft', 'office'))""",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='entrusted',
            index=models.Index(condition=models.Q(('state', 'asked_back')), fields=['sent_at'], name='entrusted_asked_back'),
        ),
    ]
