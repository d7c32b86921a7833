-- What must never be at the end of a day. ``since``: rows that have not changed from then on were looked at on an earlier day.
-- OFFSET 0: asked of what belongs to each row that is looked at, not of all that was ever written.
SELECT 'a row of the outbox is done without its mark: ' || o.id FROM public.security_outbox o
WHERE o.done_at >= %(since)s
  AND NOT EXISTS (SELECT 1 FROM public.security_effect e WHERE e.key = o.kind || ':' || o.id OFFSET 0)
UNION ALL SELECT 'an effect is marked whose row is not done: ' || e.key FROM public.security_effect e
WHERE e.at >= %(since)s
  AND NOT EXISTS (SELECT 1 FROM public.security_outbox o WHERE o.id = split_part(e.key, ':', -1)::uuid
                  AND e.key = o.kind || ':' || o.id AND o.done_at IS NOT NULL OFFSET 0)
UNION ALL SELECT 'a notice has no mail: ' || n.id FROM public.agencies_notice n
WHERE n.created_at >= %(since)s AND NOT EXISTS (SELECT 1 FROM public.security_outbox o WHERE o.id = n.id OFFSET 0)
UNION ALL SELECT 'a mail waits for a week: ' || o.id FROM public.security_outbox o
WHERE o.done_at IS NULL AND o.created_at < %(now)s::timestamptz - interval '7 days'
UNION ALL SELECT 'something was written ahead of its time: notice ' || n.id FROM public.agencies_notice n
WHERE n.created_at > %(now)s OR n.last_at > %(now)s
UNION ALL SELECT 'an open report rests on nothing: ' || d.reference FROM public.referrals_disclosure d
WHERE d.ended_at IS NULL AND NOT wall.basis_holds(d)
UNION ALL SELECT 'a time limit runs on a closed case: ' || k.id FROM public.cases_clock k JOIN public.cases_case c ON c.id = k.case_id
WHERE k.met_at IS NULL AND k.ended_at IS NULL AND c.stage = 'closed'
UNION ALL SELECT 'a time limit is met and ended: ' || k.id FROM public.cases_clock k
WHERE k.met_at >= %(since)s AND k.ended_at IS NOT NULL
UNION ALL SELECT 'a limit of seven days does not end with a day in Japan: ' || k.id FROM public.cases_clock k
WHERE k.started_at >= %(since)s AND k.kind = 'warrant'
  AND (k.due_at + interval '1 microsecond') AT TIME ZONE 'Asia/Tokyo'
      <> ((k.started_at AT TIME ZONE 'Asia/Tokyo')::date + 7)::timestamp
UNION ALL SELECT 'two custodies of one child overlap: ' || a.id FROM public.cases_custodydecision a
  JOIN public.cases_case x ON x.id = a.case_id JOIN public.cases_case y ON y.child_id = x.child_id
  JOIN public.cases_custodydecision b ON b.case_id = y.id AND b.id <> a.id
WHERE a.effective_at >= %(since)s AND a.kind = 'start' AND b.kind = 'start'
  AND (a.approved OR (a.is_oral AND a.approved IS NULL)) AND (b.approved OR (b.is_oral AND b.approved IS NULL))
  AND tstzrange(a.effective_at, a.ended_at) && tstzrange(b.effective_at, b.ended_at)
UNION ALL SELECT 'a safety limit is longer than 48 hours: ' || k.id FROM public.cases_clock k
WHERE k.started_at >= %(since)s AND k.kind = 'safety' AND k.due_at > k.started_at + interval '48 hours'
UNION ALL SELECT 'an open case has nobody in office in charge: ' || c.number FROM public.cases_case c
WHERE c.stage <> 'closed' AND NOT EXISTS (
  SELECT 1 FROM public.cases_grant g
  WHERE g.case_id = c.id AND g.relation = 'lead' AND g.ended_at IS NULL AND wall.position_holds(g.position_id) OFFSET 0)
UNION ALL SELECT 'an open case has nobody in line: ' || c.number FROM public.cases_case c
WHERE c.stage <> 'closed' AND NOT EXISTS (
  SELECT 1 FROM public.cases_grant g
  WHERE g.case_id = c.id AND g.relation = 'line' AND g.ended_at IS NULL AND wall.position_holds(g.position_id) OFFSET 0)
UNION ALL SELECT 'somebody who has left still reads: ' || p.id FROM public.agencies_position p
WHERE p.ends_on < wall.today() AND cardinality(wall.case_ids_for(p.id, 'view')) > 0
UNION ALL SELECT 'an exception was approved without its duties: ' || e.id FROM public.referrals_exceptionrequest e
WHERE e.decided_at >= %(since)s AND e.approved
  AND (SELECT count(DISTINCT d.kind) FROM public.cases_duty d WHERE d.cause = e.id) <> 2
UNION ALL SELECT 'events stand outside their month: ' || wall.stray_events() WHERE wall.stray_events() > 0
