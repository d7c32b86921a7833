"""What each person with parental authority says to custody."""

import django.db.models.deletion
import security.encryption.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0032_acceptances'),
    ]

    operations = [
        migrations.AddField(
            model_name='consentanswer',
            name='decided_by_text',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='who decided not to ask'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='how',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='how the person was asked'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='language',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='language in which it was explained'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='opinion',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='opinion for the judge'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='paper_holder',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='who keeps the written consent'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='paper_no',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='number of the written consent'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='tries',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='attempts to reach the person'),
        ),
        migrations.AddField(
            model_name='consentanswer',
            name='why_not_asked',
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name='why the person is not asked'),
        ),
    ]
