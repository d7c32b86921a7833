from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies.agreements.codes import register_grounds, register_items
        from cases.closing.obstacles import register_obstacle
        from referrals.consent.codes import STANDING, Ground
        from referrals.consent.endings import register_endings
        from referrals.consent.rules import what_waits
        from referrals.consent.scope import register_items as register_askable
        from referrals.consent.scope import register_texts
        from referrals.disclosures.catalogue import Item, ceiling, items_for
        from referrals.disclosures.prefill import (
            custody_dates,
            identity_min,
            prefilled,
            register_prefill,
            safety_state,
        )
        from referrals.disclosures.queries import cases_of_disclosure, closed_with, received_relations
        from referrals.disclosures.rules import what_is_open
        from security.audit.access_event import register_relations, register_scope

        register_items(Item.choices, ceiling)
        register_grounds((ground.value, ground.label) for ground in Ground if ground not in STANDING)
        register_scope("disclosure", cases_of_disclosure)
        register_relations(received_relations)
        register_askable(items_for)
        register_texts(lambda case, code: prefilled(case, Item(code)))
        register_endings(closed_with)
        register_obstacle(what_is_open)
        register_obstacle(what_waits)
        register_prefill(Item.IDENTITY_MIN, identity_min)
        register_prefill(Item.SAFETY_STATE, safety_state)
        register_prefill(Item.CUSTODY_DATES, custody_dates)
