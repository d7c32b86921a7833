from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies.agreements.codes import register_grounds, register_items
        from referrals.consent.codes import STANDING, Ground
        from referrals.consent.endings import register_endings
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
        from referrals.disclosures.queries import closed_with

        register_items(Item.choices, ceiling)
        register_grounds((ground.value, ground.label) for ground in Ground if ground not in STANDING)
        register_askable(items_for)
        register_texts(lambda case, code: prefilled(case, Item(code)))
        register_endings(closed_with)
        register_prefill(Item.IDENTITY_MIN, identity_min)
        register_prefill(Item.SAFETY_STATE, safety_state)
        register_prefill(Item.CUSTODY_DATES, custody_dates)
