"""Why the urgency of a case was lowered."""

from django.db import migrations

import security.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_received_corrected")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="lowerings",
            field=security.encryption.fields.EncryptedTextField(null=True, verbose_name="why the urgency was lowered"),
        ),
    ]
