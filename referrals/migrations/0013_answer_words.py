import uuid

import django.db.models.deletion
from django.db import migrations, models

import security.encryption.fields


class Migration(migrations.Migration):

    dependencies = [
        ("agencies", "0037_answer_asked_back"),
        ("cases", "0061_joint_police"),
        ('referrals', '0011_gap3'),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerWord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "says",
                    models.CharField(
                        choices=[("accepted", "accepted by the center"), ("asked_back", "asked back by the center")],
                        max_length=20,
                        verbose_name="what the center says",
                    ),
                ),
                ("said_at", models.DateTimeField(verbose_name="said at")),
                ("why", security.encryption.fields.EncryptedTextField(null=True, verbose_name="why it is asked back")),
                ("question", security.encryption.fields.EncryptedTextField(null=True, verbose_name="what is asked")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="referrals.answer",
                        verbose_name="answer of the police",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.disclosure"
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.position",
                        verbose_name="said by",
                    ),
                ),
            ],
            options={"ordering": ["said_at", "id"]},
        ),
        migrations.AddConstraint(
            model_name="answerword",
            constraint=models.UniqueConstraint(fields=("answer", "says"), name="answer_said_once"),
        ),
        migrations.AddConstraint(
            model_name="answerword",
            constraint=models.CheckConstraint(
                condition=models.Q(("question__isnull", True), ("says", "accepted"), ("why__isnull", True))
                | models.Q(("question__isnull", False), ("says", "asked_back"), ("why__isnull", False)),
                name="asked_back_says_why",
            ),
        ),
    ]
