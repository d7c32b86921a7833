"""The desk of a rights bureau: its register of letters and calls, and each of them from its coming to its end."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.intake.models import Notification
from cases.records.codes import Level
from cases.records.pages import case_form, case_to_change
from referrals.rights import actions, rules
from referrals.rights.codes import DraftKind, LetterState, NoteStep
from referrals.rights.forms import (
    DangerForm,
    NoteForm,
    NoticeForm,
    ReadingForm,
    RegisterForm,
    ReplyForm,
    SentForm,
    VerdictForm,
    WordForm,
)
from referrals.rights.models import DangerCheck, LetterDraft, LetterNotice, LetterReading, LetterReply
from referrals.rights.pages import letter_form, letter_or_404
from referrals.rights.panel import first_notice, listed
from referrals.rights.queries import (
    Written,
    counted_by_state,
    counted_in,
    draft_named,
    letters_listed,
    receipts_of,
    words_to,
    written_of,
)
from security.encryption.fields import values_of
from security.walls import clock


@page(Permission.KEEP_LETTERS)
def child_letters(request: StaffRequest) -> HttpResponse:
    """The register: by state (``?state=``), and how many letters and consultations came this year."""
    asked = request.GET.get("state", "")
    state = LetterState(asked) if asked in LetterState.values else None
    found = letters_listed(request.by, request.GET.dict(), state)
    year = clock.today().year
    letters, consultations = counted_in(request.by, year)
    counted = counted_by_state(request.by)
    context = {
        "page": found,
        "listed": listed(found.rows, request.by.office, clock.now()),
        "state": state,
        "states": [(one, counted.get(one.value, 0)) for one in LetterState],
        "year": year,
        "letters": letters,
        "consultations": consultations,
    }
    return render(request, "referrals/rights/letters.html", context)


@form_page(Permission.KEEP_LETTERS)
def child_letter_new(request: StaffRequest) -> HttpResponse:
    """Enter in the register what came from a child."""
    form = RegisterForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.register_letter(**form.facts(), by=request.by),
        done=_("It is registered. Read it today."),
        to=lambda made: redirect("child_letter", letter_id=made.pk),
        template="referrals/rights/register.html",
        reason=reason_against(rules.check_may_keep, request.by),
    )


@page(Permission.KEEP_LETTERS)
def child_letter(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """One letter: what the child wrote, the danger, replies, notifications with their receipts, and what else was done."""
    letter, by = letter_or_404(request, letter_id), request.by
    written = written_of(letter)
    receipts = receipts_of(letter)
    context = {
        "letter": letter,
        "written": written,
        "due": rules.due_of(letter, by.office),
        "notices": [(row, receipts.get(row.filing_id) if row.filing_id else None) for row in written.notices],
        "waiting": {row.pk for row in written.drafts if rules.waits(row)},
        "texts": words_to(letter),
        "why_not": reason_against(rules.check_open, letter, by),
        "why_not_judge": reason_against(rules.check_may_judge, letter, by),
        "why_not_answer": reason_against(rules.check_judged, letter, by),
    }
    return render(request, "referrals/rights/letter.html", context)


@form_page(Permission.KEEP_LETTERS)
def child_letter_read(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Transcribe the letter, or correct the transcript."""
    letter = letter_or_404(request, letter_id)
    before = written_of(letter).reading
    form = ReadingForm(posted(request), initial=_reading_before(before))
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.read_letter(letter, form.facts(), by=request.by),
        heading=_("Correct the transcript") if before else _("Read and transcribe"),
        done=_("It is transcribed. Judge now whether the child is in danger."),
        at="reading",
        reason=reason_against(rules.check_open, letter, request.by),
    )


def _reading_before(row: LetterReading | None) -> dict[str, Any]:
    if row is None:
        return {}
    sealed = [name for name in LetterReading.FACTS if name != "consultations"]
    return {"consultations": row.consultations, **values_of(row, sealed)}


@form_page(Permission.KEEP_LETTERS)
def child_letter_danger(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Write whether the child is in danger now; the page says first whom to telephone."""
    letter = letter_or_404(request, letter_id)
    before = written_of(letter).danger
    form = DangerForm(posted(request), initial=values_of(before, DangerCheck.FACTS) if before else {})
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.judge_danger(letter, form.facts(), by=request.by),
        heading=_("Judge the danger"),
        done=_("It has been recorded."),
        at="danger",
        template="referrals/rights/danger.html",
        reason=reason_against(rules.check_may_judge, letter, request.by),
    )


@form_page(Permission.KEEP_LETTERS)
def child_letter_reply(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Draft the reply. One that was returned stands in the form."""
    letter = letter_or_404(request, letter_id)
    written = written_of(letter)
    before = next((row for row in written.replies if row.approved is False), None)
    form = ReplyForm(
        posted(request),
        letter=letter,
        reading=written.reading,
        now=clock.now(),
        initial=values_of(before, LetterReply.FACTS) if before else {},
    )
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.draft_reply(
            letter, form.facts(), sent_at=form.cleaned_data.get("sent_at"), by=request.by
        ),
        heading=_("Write the reply"),
        done=_("The head of the section reads it, and decides."),
        at="replies",
        template="referrals/rights/reply.html",
        label=_("Ask for the decision"),
        written=written,
        reason=reason_against(rules.check_judged, letter, request.by)
        or reason_against(rules.check_no_draft, written.replies),
    )


@form_page(Permission.KEEP_LETTERS)
def child_letter_sent(request: StaffRequest, letter_id: UUID, letter_draft_id: UUID) -> HttpResponse:
    """Write that an approved reply went out."""
    letter = letter_or_404(request, letter_id)
    row = get_object_or_404(LetterReply, letter=letter, pk=letter_draft_id)
    form = SentForm(posted(request), row=row, now=clock.now())
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.send_reply(row, form.cleaned_data["sent_at"], by=request.by),
        heading=_("Record that the reply went out"),
        done=_("It has been recorded."),
        at="replies",
        reason=reason_against(rules.check_may_send, row, letter, request.by),
    )


@form_page(Permission.KEEP_LETTERS)
def child_letter_notify(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Notify a center with what the letter says: it stands in the form."""
    letter = letter_or_404(request, letter_id)
    written = written_of(letter)
    form = NoticeForm(
        posted(request),
        offices=Office.objects.filter(kind=OfficeKind.CGC, active=True),
        initial=_notice_before(written) or first_notice(written, request.by.office),
    )
    against = _("The head of the section decides it before it is sent.")
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.draft_notice(letter, form.cleaned_data["recipient"], form.facts(), by=request.by),
        heading=_("Notify a child guidance center"),
        done=_("It has been recorded. Below you see whether it was sent."),
        at="notices",
        template="referrals/rights/notify.html",
        label=_("Send the notification"),
        written=written,
        against=against,
        reason=reason_against(rules.check_judged, letter, request.by)
        or reason_against(rules.check_no_draft, written.notices),
    )


def _notice_before(written: Written) -> dict[str, Any]:
    """A notification that the head returned, to be changed."""
    before = next((row for row in written.notices if row.approved is False), None)
    if before is None:
        return {}
    return {"recipient": before.recipient_id, **values_of(before, LetterNotice.FACTS)}


@form_page(Permission.KEEP_LETTERS)
def child_letter_decide(
    request: StaffRequest, letter_id: UUID, draft_kind: str, letter_draft_id: UUID
) -> HttpResponse:
    """The head reads a draft beside what the child wrote, and approves or returns it."""
    letter = letter_or_404(request, letter_id)
    written = written_of(letter)
    row = _draft_or_404(written, draft_kind, letter_draft_id)
    row.letter = letter
    form = VerdictForm(posted(request))
    return letter_form(
        request,
        letter,
        form,
        lambda: actions.decide(
            row,
            approved=form.cleaned_data["verdict"] == "approve",
            note=form.cleaned_data["note"],
            by=request.by,
        ),
        heading=_("Decide the reply to the child")
        if draft_kind == DraftKind.REPLY
        else _("Decide the notification against the child's wish"),
        done=_("It has been decided. Whoever drafted it is told."),
        at="replies" if draft_kind == DraftKind.REPLY else "notices",
        template="referrals/rights/decide.html",
        row=row,
        is_reply=draft_kind == DraftKind.REPLY,
        written=written,
        waits=rules.waits(row),
        reason=reason_against(rules.check_may_decide, row, letter, request.by),
    )


def _draft_or_404(written: Written, kind: str, letter_draft_id: UUID) -> LetterDraft:
    try:
        return draft_named(written, DraftKind(kind), letter_draft_id)
    except (KeyError, ValueError):
        raise Http404 from None


@form_page(Permission.KEEP_LETTERS)
def child_letter_note(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Write what else was done; ``?word=`` names a center's text that the child was told."""
    letter = letter_or_404(request, letter_id)
    word = None
    if "word" in request.GET:
        word = next((one for one in words_to(letter) if str(one.pk) == request.GET["word"]), None)
        if word is None or hasattr(word, "told"):
            raise Http404
    form = NoteForm(posted(request), letter=letter, told=word is not None)

    def act() -> object:
        step = NoteStep.TOLD_WORD if word else form.cleaned_data["step"]
        typed = {name: form.cleaned_data[name] for name in ("happened_at", "words")}
        return actions.write_note(letter, step=step, word=word, by=request.by, **typed)

    return letter_form(
        request,
        letter,
        form,
        act,
        heading=_("Record that the child was told") if word else _("Write what else was done"),
        done=_("It has been recorded."),
        at="notes",
        reason=reason_against(rules.check_open, letter, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def child_word_new(request: StaffRequest, case_id: UUID, notified_id: UUID) -> HttpResponse:
    """Ask the bureau that notified to tell the child something: for the one in charge and the line."""
    case = case_to_change(request, case_id, "child_word", "notifier", level=Level.MANAGE)
    row = get_object_or_404(Notification, case=case, pk=notified_id)
    form = WordForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_to_tell(case, row, form.cleaned_data["text"], by=request.by),
        section="child_word",
        done=_("The bureau reads it. It is in the progress record too."),
        heading=_("Ask the rights bureau to tell the child"),
        label=_("Send to the bureau"),
        intro=_("The bureau learns nothing else of the case. Whether the child was told, ask by telephone."),
    )
