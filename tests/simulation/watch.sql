-- What must never be once both watches have run at ``now``. ``told``: whether they told anything; without it nobody was told now.
SELECT 'a duty is overdue and untold: ' || d.id FROM public.cases_duty d
WHERE d.done_at IS NULL AND d.due_at <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM public.cases_dutywarning w WHERE w.duty_id = d.id AND w.step = 'due')
UNION ALL SELECT 'a duty is long overdue and untold: ' || d.id FROM public.cases_duty d
  JOIN public.cases_case c ON c.id = d.case_id JOIN public.agencies_office o ON o.id = c.office_id
WHERE d.done_at IS NULL AND d.due_at + make_interval(hours => o.duty_late_hours) <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM public.cases_dutywarning w WHERE w.duty_id = d.id AND w.step = 'late')
UNION ALL SELECT 'a time limit has passed untold: ' || k.id FROM public.cases_clock k
WHERE k.met_at IS NULL AND k.ended_at IS NULL AND k.due_at <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM public.cases_clockwarning w WHERE w.clock_id = k.id AND w.step = 'due')
UNION ALL SELECT 'a time limit has long passed untold: ' || k.id FROM public.cases_clock k
  JOIN public.cases_case c ON c.id = k.case_id JOIN public.agencies_office o ON o.id = c.office_id
WHERE k.met_at IS NULL AND k.ended_at IS NULL AND k.due_at + make_interval(hours => o.escalate_hours) <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM public.cases_clockwarning w WHERE w.clock_id = k.id AND w.step = 'late')
UNION ALL SELECT 'a duty was told that is done, or before it was due: ' || d.id
FROM public.cases_dutywarning w JOIN public.cases_duty d ON d.id = w.duty_id
WHERE %(told)s AND w.told_at = %(now)s AND (d.done_at IS NOT NULL OR (w.step = 'soon') = (d.due_at <= w.told_at))
UNION ALL SELECT 'a time limit was told that runs no more, or before it had passed: ' || k.id
FROM public.cases_clockwarning w JOIN public.cases_clock k ON k.id = w.clock_id
WHERE %(told)s AND w.told_at = %(now)s
  AND (k.met_at IS NOT NULL OR k.ended_at IS NOT NULL OR (w.step IN ('far', 'near', 'soon')) = (k.due_at <= w.told_at))
UNION ALL SELECT 'what was told has reached nobody: ' || t.cause
FROM (SELECT 'duty:' || w.duty_id AS cause, 'duty_' || w.step AS kind FROM public.cases_dutywarning w WHERE w.told_at = %(now)s
      UNION ALL SELECT 'clock:' || w.clock_id || CASE WHEN w.step IN ('far', 'near') THEN ':' || w.step ELSE '' END,
        'clock_' || CASE WHEN w.step IN ('far', 'near') THEN 'soon' ELSE w.step END
      FROM public.cases_clockwarning w WHERE w.told_at = %(now)s) t
WHERE %(told)s AND NOT EXISTS (
  SELECT 1 FROM public.agencies_position p JOIN public.agencies_notice n ON n.position_id = p.id AND n.last_at = %(now)s
  WHERE n.kind = t.kind AND n.cause = t.cause)
UNION ALL SELECT 'somebody was told of what they cannot open: ' || n.id
FROM public.agencies_position p JOIN public.agencies_notice n ON n.position_id = p.id AND n.last_at = %(now)s
WHERE %(told)s AND n.kind ~ '^(clock|duty)_' AND NOT split_part(n.path, '/', 3)::uuid = ANY(wall.case_ids_for(p.id, 'view'))
UNION ALL SELECT 'somebody was told twice: ' || n.id
FROM public.agencies_position p JOIN public.agencies_notice n ON n.position_id = p.id AND n.last_at = %(now)s
WHERE %(told)s AND n.kind ~ '^duty_(soon|due|late)$'
  AND (SELECT sum(o.count) FROM public.agencies_notice o WHERE o.position_id = p.id AND o.kind = n.kind
       AND o.reference = n.reference AND o.path = n.path) > 1
UNION ALL SELECT 'somebody was told twice of a time limit: ' || n.id
FROM public.agencies_position p JOIN public.agencies_notice n ON n.position_id = p.id AND n.last_at = %(now)s
WHERE %(told)s AND n.kind ~ '^clock_(soon|due|late)$'
  AND (SELECT sum(o.count) FROM public.agencies_notice o WHERE o.position_id = p.id AND o.kind = n.kind
       AND o.reference = n.reference AND o.path = n.path)
    > (SELECT count(*) FROM public.cases_clockwarning w JOIN public.cases_clock k ON k.id = w.clock_id
       WHERE k.case_id = split_part(n.path, '/', 3)::uuid AND k.kind = split_part(n.path, '#limit-', 2)
         AND 'clock_' || CASE WHEN w.step IN ('far', 'near') THEN 'soon' ELSE w.step END = n.kind)
