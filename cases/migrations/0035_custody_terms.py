"""The two months of custody are a limit of their own, also of custody that lasts already; how the child was heard."""

import datetime
import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
import security.encryption.fields
from django.db import connections, migrations, models

from security.walls.roles import role
from security.walls.seeder import seeding

# As wall.two_months_over counts them, which is not there yet.
LASTING = """
  INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)
  SELECT gen_random_uuid(), d.case_id, 'custody_end', d.effective_at,
    (m.same + CASE WHEN date_part('day', m.same) < date_part('day', f.first) THEN 1 ELSE 0 END)::timestamp
      AT TIME ZONE 'Asia/Tokyo' - interval '1 microsecond'
  FROM cases_custodydecision d
  CROSS JOIN LATERAL (SELECT (d.effective_at AT TIME ZONE 'Asia/Tokyo')::date AS first) f
  CROSS JOIN LATERAL (SELECT (f.first + interval '2 months')::date AS same) m
  WHERE d.kind = 'start' AND d.ended_at IS NULL
    AND (d.approved OR (d.is_oral AND d.approved IS NULL AND d.taken_back_at IS NULL))
"""


def terms_of_lasting_custody(_apps: Any, schema_editor: Any) -> None:
    """Custody that lasts has a term from its start. In a new database no wall stands yet, and no custody."""
    using = schema_editor.connection.alias
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'cases_clock', 'INSERT')", [role("wall")])
        (is_walled,) = cursor.fetchone()
    if not is_walled:
        return
    with seeding(using), connections[using].cursor() as cursor:
        cursor.execute(LASTING)
        cursor.execute("RESET ROLE")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0016_custody_rules'),
        ('cases', '0034_shelter'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clock',
            name='clock_within_law',
        ),
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('safety', 'Safety of the child confirmed by sight'), ('contact', 'The child seen, as this office has it'), ('warrant', 'Temporary custody warrant requested'), ('custody_end', 'Temporary custody ended or continued')], max_length=20, verbose_name='duty'),
        ),
        migrations.AlterField(
            model_name='clockwarning',
            name='step',
            field=models.CharField(choices=[('far', 'the directors, the one in charge and the supervisors'), ('near', 'the directors, the one in charge and the supervisors'), ('soon', 'the one in charge'), ('due', 'the one in charge and the supervisors'), ('late', 'the directors, the one in charge and the supervisors')], max_length=4, verbose_name='who was told'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__gt', models.F('started_at')), ('due_at__lte', django.db.models.expressions.CombinedExpression(models.F('started_at'), '+', models.Value(datetime.timedelta(days=2)))), ('kind', 'safety')), models.Q(('due_at__gt', models.F('started_at')), ('due_at__lte', django.db.models.expressions.CombinedExpression(models.F('started_at'), '+', models.Value(datetime.timedelta(days=7)))), ('kind', 'contact')), models.Q(('due_at__gt', models.F('started_at')), ('due_at__lte', django.db.models.expressions.CombinedExpression(models.F('started_at'), '+', models.Value(datetime.timedelta(days=7)))), ('kind', 'warrant')), models.Q(('due_at__gt', models.F('started_at')), ('due_at__lte', django.db.models.expressions.CombinedExpression(models.F('started_at'), '+', models.Value(datetime.timedelta(days=62)))), ('kind', 'custody_end')), _connector='OR'), name='clock_within_law'),
        ),
        migrations.CreateModel(
            name='ChildHearing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('heard_at', security.encryption.fields.EncryptedTextField(verbose_name='when the child was heard')),
                ('place', security.encryption.fields.EncryptedTextField(null=True, verbose_name='where the child was heard')),
                ('heard_by', security.encryption.fields.EncryptedTextField(verbose_name='who heard the child')),
                ('explained', security.encryption.fields.EncryptedTextField(verbose_name='how it was explained to the child')),
                ('sheet_version', security.encryption.fields.EncryptedTextField(null=True, verbose_name='sheet for the child and its version')),
                ('advocate', security.encryption.fields.EncryptedTextField(verbose_name='advocate of the child')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hearing', to='cases.custodydecision', verbose_name='custody decision')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='recorded by')),
            ],
            options={
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='HearingAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('answered_at', security.encryption.fields.EncryptedTextField(verbose_name='when the child was answered')),
                ('answer', security.encryption.fields.EncryptedTextField(verbose_name='what the child was told')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.childhearing', verbose_name='hearing of the child')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.position', verbose_name='recorded by')),
            ],
            options={
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.RunPython(terms_of_lasting_custody, migrations.RunPython.noop),
    ]
