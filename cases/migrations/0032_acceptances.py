"""What an intake conference decided of a case: with it the case is accepted."""

import django.db.models.deletion
import security.encryption.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0012_wordings"),
        ("cases", "0031_filing_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("drafted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("approved", models.BooleanField(blank=True, null=True)),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("taken_back_at", models.DateTimeField(null=True, verbose_name="taken back at")),
                ("refused", models.BooleanField(default=False, verbose_name="not approved")),
                (
                    "note",
                    security.encryption.fields.EncryptedTextField(
                        null=True, verbose_name="note on the decision"
                    ),
                ),
                ("decision", security.encryption.fields.EncryptedTextField(verbose_name="decision")),
                (
                    "sight",
                    security.encryption.fields.EncryptedTextField(
                        null=True, verbose_name="how the child is to be seen"
                    ),
                ),
                (
                    "attendees",
                    security.encryption.fields.EncryptedTextField(null=True, verbose_name="other attendees"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.position",
                    ),
                ),
                (
                    "decided_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.position"
                    ),
                ),
                (
                    "drafted_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="cases.agendaentry",
                        verbose_name="item of the agenda",
                    ),
                ),
                (
                    "in_charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.position",
                        verbose_name="person in charge",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="cases.acceptance",
                    ),
                ),
            ],
            options={
                "ordering": ["-drafted_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved", None),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("decided_person", None),
                            ),
                            models.Q(
                                ("approved__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("decided_person", models.F("drafted_person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="acceptance_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refused", False),
                            models.Q(("approved", False), ("approved__isnull", False)),
                            _connector="OR",
                        ),
                        name="acceptance_refused_is_no",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None), ("taken_back_at", None)),
                        fields=("case",),
                        name="one_acceptance_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("approved", True)), fields=("entry",), name="one_acceptance"
                    ),
                ],
            },
        ),
    ]
