"""A salon and an inn whose tables are booked, as the tests of the bookings use them."""

from __future__ import annotations

from datetime import date, time

from bot.booking.slots import moment
from bot.company.rules import Block, KnownBooking, Name, ReservationRules, Resource, Service, Span

TUESDAY = moment("2026-11-24T14:10")
NOW = TUESDAY.timestamp()
"""A Tuesday; the day before was a public holiday."""

CUT = Service("cut", Name("カット", "カット"), 60, ("chair", "room"))
COLOUR = Service("colour", Name("カラー", "カラー"), 90, ("room",))
DAY = (Span(time(10), time(13)), Span(time(14, 15), time(19)))

SALON = ReservationRules(
    services=(CUT, COLOUR),
    resources=(Resource("chair", Name("席", "セキ"), 2), Resource("room", Name("個室", "コシツ"))),
    week=(DAY, DAY, (), DAY, DAY, DAY, DAY),
    closed_dates=(date(2026, 12, 5),),
    closed_yearly=((12, 6),),
    lead_minutes=60,
    days_ahead=30,
    party_max=2,
    change_until_days=1,
    blocks=(
        Block("2026-11-27T10:00", "2026-11-27T13:00"),
        Block("2026-11-28T10:00", "2026-11-28T11:30", "chair"),
    ),
    known=(
        KnownBooking("オオキ", "080-1190-6642", "2026-11-29T10:00"),
        KnownBooking("キムラ アヤ", "0586439105", "2026-11-29T11:00", 1, "colour"),
        KnownBooking("ムカシ", "0586439105", "2026-11-20T11:00"),
    ),
)

SEATS = Service("seats", Name("お席", "オセキ"), 120, ("counter", "table"), per_person=True)
EVENING = (Span(time(17), time(22)),)

INN = ReservationRules(
    services=(SEATS,),
    resources=(Resource("counter", Name("カウンター", "カウンター"), 4), Resource("table", Name("席", "セキ"), 8)),
    week=(EVENING,) * 7,
    closed_on_holidays=False,
    days_ahead=90,
    party_max=10,
)

ONE = ReservationRules(
    services=(Service("visit", Name("診察", "シンサツ"), 30, ("doctor",)),),
    resources=(Resource("doctor", Name("先生", "センセイ")),),
    week=((Span(time(9), time(12)),),) * 7,
    closed_on_holidays=False,
)
"""One place at any moment."""
