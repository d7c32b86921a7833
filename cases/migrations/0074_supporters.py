"""Who accompanies a juvenile victim, and what that person told."""

import django.db.models.deletion
import security.encryption.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0045_joint_hours'),
        ('cases', '0073_agreement_and_presence'),
    ]

    operations = [
        migrations.CreateModel(
            name='Supporter',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('named_at', models.DateTimeField(verbose_name='entered at')),
                ('name', security.encryption.fields.EncryptedTextField(verbose_name='name of the supporter')),
                ('reached', security.encryption.fields.EncryptedTextField(null=True, verbose_name='how the supporter is reached')),
                ('commissioned_until', security.encryption.fields.EncryptedTextField(verbose_name='commissioned until')),
                ('task', security.encryption.fields.EncryptedTextField(verbose_name='task of the supporter')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='entered by')),
            ],
            options={
                'ordering': ['-named_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SupporterReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('told_at', models.DateTimeField(verbose_name='written at')),
                ('met_on', security.encryption.fields.EncryptedTextField(verbose_name='day of the meeting')),
                ('words', security.encryption.fields.EncryptedTextField(verbose_name='what the supporter told')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('supporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='cases.supporter', verbose_name='supporter')),
                ('told_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='written by')),
            ],
            options={
                'ordering': ['-told_at', '-id'],
            },
        ),
    ]
