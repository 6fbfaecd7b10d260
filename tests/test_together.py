"""A name is what all its hearings together speak for, without what was denied."""

from __future__ import annotations

from nlu.grammars.together import Told, likeliest


def test_a_name_heard_once_is_what_was_heard() -> None:
    assert likeliest((Told(("クロキ", "クノキ")),))[0] == "クロキ"


def test_what_was_second_each_time_is_the_likeliest_once_the_firsts_are_denied() -> None:
    hearings = tuple(map(Told, (("ヤマセ", "ヤマネ"), ("ハマネ", "ヤマネ"))))
    assert likeliest(hearings, denied=("ヤマセ",))[0] == "ヤマネ"


def test_one_hearing_of_something_else_does_not_undo_two_of_the_name() -> None:
    hearings = tuple(map(Told, (("イナフク",), ("コヤ", "オオヤ"), ("イナフク", "イノクチ"))))
    assert likeliest(hearings, denied=("イナフク",))[0] == "イナフク"


def test_what_was_refused_is_never_taken_however_often_it_is_heard() -> None:
    hearings = tuple(map(Told, (("キタ", "キサ"), ("キタ", "キサ"), ("キタ", "キサ"))))
    found = likeliest(hearings, refused=("キタ",))
    assert "キタ" not in found
    assert found[0] == "キサ"


def test_a_name_in_no_list_is_found_where_every_hearing_has_it() -> None:
    hearings = tuple(map(Told, (("セキヒトミ", "セキトミ"), ("セキトミエ", "セキトミ"), ("セキトミ", "セキト"))))
    assert likeliest(hearings, denied=("セキヒトミ",))[0] == "セキトミ"


def test_a_given_name_does_not_make_it_another() -> None:
    assert likeliest((Told(("ヨシダキミヨ",)), Told(("ヨシダ", "オシダ"))))[0] == "ヨシダ"


def test_nothing_is_made_of_nothing() -> None:
    assert likeliest(()) == ()
    assert likeliest((Told(("キタ",)),), refused=("キタ",))[:1] != ("キタ",)


def test_a_name_that_no_ear_had_whole_is_made_of_two_hearings() -> None:
    hearings = (Told(("ホリラウチ",)), Told(("モリダウチ",)), Told(("ホリダウチ",)))
    assert likeliest(hearings, refused=("ホリラウチ", "モリダウチ", "ホリダウチ"))[0] == "モリラウチ"


def test_what_was_spelt_goes_before_what_was_said() -> None:
    said = Told(("サイカワ", "サイサワ"))
    assert likeliest((said, said, Told(("サイサワ", "サイイサワ"), spelt=True)), denied=("サイカワ",))[0] == "サイサワ"
