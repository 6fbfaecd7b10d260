"""TwiML, which Telnyx calls TeXML: what a webhook's form says, and the markup that answers it; pure.

Rule: one value serves every carrier that reads it; only what <Stream> must be told besides its address differs.
Leaves out: who may ask (each carrier's own file), and the orders by REST that make a carrier ask (`voice/lines/rest`).

Source: Twilio's documentation of TwiML <Connect>, <Stream>, <Dial>, <Reject>, Telnyx's of TeXML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from voice.lines.carrier import Dialled, Form, Ringing
from voice.lines.streams import Facts, diverted

_HEADER = "SipHeader_"
"""Before the name of a SIP header in the webhook's form."""
_STATES: Mapping[str, Dialled] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
}


@dataclass(frozen=True, slots=True)
class Twiml:
    """A `Markup`."""

    stream: str = ""
    """Further attributes of <Stream>, each with a blank before it."""

    def facts(self, form: Form) -> Facts:
        """Who calls whom, from the webhook's form."""
        headers = {name.removeprefix(_HEADER): value for name, value in form.items() if name.startswith(_HEADER)}
        number, why = diverted(headers)
        passed_on = form.get("ForwardedFrom", "") or number
        return Facts(form.get("To", ""), form.get("From", ""), passed_on, why, form.get("CallSid", ""))

    def connect(self, stream_url: str, facts: Facts) -> str:
        """<Connect> goes both ways, <Start> would not; `stream_url`: wss, and no query, which Twilio drops."""
        told = {"to": facts.called, "from": facts.caller, "forwarded": facts.forwarded_from, "why": facts.forwarded_why}
        pairs = ((quoteattr(key), quoteattr(value)) for key, value in told.items() if value)
        given = "".join(f"<Parameter name={key} value={value}/>" for key, value in pairs)
        return response(f"<Connect><Stream url={quoteattr(stream_url)}{self.stream}>{given}</Stream></Connect>")

    def dial(self, ringing: Ringing) -> str:
        """<Dial> tells when it is answered, and asks what comes next."""
        caller = f" callerId={quoteattr(ringing.caller_id)}" if ringing.caller_id else ""
        noun = "Sip" if ringing.to.startswith(("sip:", "sips:")) else "Number"
        told = f'statusCallback={quoteattr(ringing.answered_url)} statusCallbackEvent="answered"'
        dial = f'<Dial timeout="{ringing.seconds}" action={quoteattr(ringing.ended_url)} method="POST"{caller}>'
        return response(f"{dial}<{noun} {told}>{escape(ringing.to)}</{noun}></Dial>")

    def busy(self) -> str:
        return response('<Reject reason="busy"/>')

    def end(self) -> str:
        return response("<Hangup/>")

    def dialled(self, form: Form) -> Dialled:
        found = _STATES.get(form.get("DialCallStatus", ""), "failed")
        gone = found != "answered" and form.get("CallStatus") in ("completed", "canceled")
        return "gone" if gone else found

    def answered(self, form: Form) -> bool:
        return form.get("CallStatus") in ("in-progress", "answered")


def response(verbs: str) -> str:
    """The whole answer; Plivo's has the same frame."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'
