"""The inbox: a post reads its own notices; whoever is signed in may leave one with its cause."""

from agencies.directory.walls import SIGNED_IN
from security.walls.declare import Policy, Table

OWN = "post_id = (SELECT wall.my_post())"

# A key names its reader, so that nobody takes the key of a colleague's notice beforehand and keeps it from coming.
ITS_OWN_KEY = "right(key, 36) = post_id::text"
WITHIN_HERE = r"(path IN ('', '/') OR path ~ '^/[^/\\]')"

TABLES = (
    Table(
        "agencies_notice",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (
            Policy("SELECT", using=OWN),
            Policy("INSERT", check=f"{SIGNED_IN} AND {ITS_OWN_KEY} AND {WITHIN_HERE} AND read_at IS NULL"),
            Policy("UPDATE", using=OWN, check=OWN),
        ),
    ),
)

# The worker that mails is nobody: it may ask for the address of a post to which a mail is waiting, and for nothing else.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.mail_address_of(which uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT s.email FROM public.agencies_post p JOIN public.agencies_staff s ON s.id = p.staff_id
          WHERE p.id = which AND wall.post_holds(p.id)
            AND EXISTS (SELECT 1 FROM public.security_outbox o
                        WHERE o.kind = 'notice_mail' AND o.done_at IS NULL AND o.payload ->> 'post_id' = which::text));
END $$;

-- For reconciliation: what should have been mailed and does not stand in the outbox. References and ids only.
CREATE OR REPLACE FUNCTION wall.notices_without_mail() RETURNS TABLE (key text, post_id uuid, reference text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.key::text, n.post_id, n.reference::text FROM public.agencies_notice n
  WHERE n.created_at > now() - interval '7 days'
    AND NOT EXISTS (SELECT 1 FROM public.security_outbox o
                    WHERE o.kind = 'notice_mail' AND o.payload ->> 'notice_key' = n.key)
  LIMIT 1000
$$;
"""

CALLERS = {"worker": ("mail_address_of(uuid)", "notices_without_mail()")}
