"""Words for the codes of records, permits and moves, as a family reads them; a code we have no word for stays itself.

Never: a rule that follows from a code, a text that is not in the catalogues.
"""

from collections.abc import Mapping

from pds.records import name_of
from portal.language.words import Words, phrase

# Codes of the Japan Profile's rosters (education-data section 6.4).
_SUBJECTS = {
    "P010": phrase("国語"),
    "P020": phrase("社会"),
    "P030": phrase("算数"),
    "P040": phrase("理科"),
    "P050": phrase("生活"),
    "P060": phrase("音楽"),
    "P070": phrase("図工"),
    "P080": phrase("家庭"),
    "P090": phrase("体育"),
    "P100": phrase("外国語"),
    "J010": phrase("国語"),
    "J020": phrase("社会"),
    "J030": phrase("数学"),
    "J040": phrase("理科"),
    "J050": phrase("音楽"),
    "J060": phrase("美術"),
    "J070": phrase("保健体育"),
    "J080": phrase("技術・家庭"),
    "J090": phrase("外国語"),
}
_POSITIONS = {
    "student": phrase("本人"),
    "guardian": phrase("保護者"),
    "homeroom_teacher": phrase("担任"),
    "subject_teacher": phrase("教科の先生"),
    "school_nurse": phrase("保健室の先生"),
    "principal": phrase("校長"),
    "vice_principal": phrase("教頭"),
    "school_office": phrase("学校の事務"),
    "school_counselor": phrase("スクールカウンセラー"),
    "tool": phrase("教材アプリ"),
    "organisation": phrase("学校"),
}
_PURPOSES = {
    "own_use": phrase("自分や家族で見る"),
    "teaching": phrase("授業と成績の記録"),
    "health": phrase("健康の見守り"),
    "transfer": phrase("転校の手続き"),
    "statistics": phrase("統計"),
    "third_party": phrase("学校の外での利用"),
}
_STATUSES = {
    "present": phrase("出席"),
    "absent": phrase("欠席"),
    "suspended": phrase("出席停止"),
    "bereavement": phrase("忌引"),
    "excused_other": phrase("出席しなくてよい日"),
    "late": phrase("遅刻"),
    "early_leave": phrase("早退"),
    "late_and_early_leave": phrase("遅刻と早退"),
}
_REASONS = {
    "illness": phrase("病気"),
    "accident_other": phrase("事故など"),
    "economic": phrase("家計"),
    "school_refusal": phrase("不登校"),
    "other": phrase("そのほか"),
    "infection": phrase("感染症"),
    "discipline": phrase("性行不良"),
    "infectious_disease_law": phrase("感染症法"),
    "class_closure": phrase("学級閉鎖"),
}
_TERMS = {"1": phrase("1学期"), "2": phrase("2学期"), "3": phrase("3学期"), "year": phrase("学年末")}
_TESTS = {
    "unit": phrase("単元テスト"),
    "term_end": phrase("学期末テスト"),
    "national": phrase("全国の調査"),
    "prefectural": phrase("県の調査"),
    "municipal": phrase("市の調査"),
}
_WEATHERS = {
    "sunny": phrase("はれ"),
    "partly_cloudy": phrase("うすぐもり"),
    "cloudy": phrase("くもり"),
    "rainy": phrase("雨"),
    "thunder": phrase("かみなり"),
    "none": phrase("まだです"),
}
_MOODS = {
    "sunny": phrase("とてもいい"),
    "partly_cloudy": phrase("いい"),
    "cloudy": phrase("ふつう"),
    "rainy": phrase("しんどい"),
    "thunder": phrase("とてもしんどい"),
}
_MOVES = {
    "announced": phrase("新しい学校の返事を待っています"),
    "offered": phrase("受け入れの返事を待っています"),
    "accepted": phrase("新しい学校が受け入れます"),
    "sent": phrase("送りました"),
    "quarantined": phrase("届いて、確認を待っています"),
    "committed": phrase("取り込みました"),
    "closed": phrase("終わりました"),
    "refused": phrase("取りやめになりました"),
}
_STUDIES = {
    "draft": phrase("下書き"),
    "approved": phrase("承認ずみ"),
    "answered": phrase("答えずみ"),
    "released": phrase("結果が出ました"),
}
_CONSENTS = {
    "waiting": phrase("もう一人のお返事を待っています"),
    "active": phrase("見せています"),
    "withdrawn": phrase("やめました"),
    "expired": phrase("期限が来て終わりました"),
    "refused": phrase("断りました"),
    "lapsed": phrase("お返事がそろわず、終わりました"),
}


def _look_up(words: Words, table: Mapping[str, str], code: str) -> str:
    return words.say(table[code]) if code in table else str(code)


def category(words: Words, code: str) -> str:
    """A kind of record: 出欠 for "attendance", as its module says; one that only a newer program has, as such."""
    name = name_of(code)
    return words.name(name) if name is not None else words.say("新しい種類の記録")


def subject(words: Words, code: str) -> str:
    """A subject of the Japan Profile: 算数 for "P030"."""
    return _look_up(words, _SUBJECTS, code)


def subjects(grade: str) -> list[str]:
    """The codes of the subjects that a stage of school has: of a grade such as "P5" those that begin with P."""
    return [code for code in _SUBJECTS if code[:1] == grade[:1]]


def position(words: Words, code: str) -> str:
    """What somebody is to the student, also an author's role: 担任 for "homeroom_teacher"."""
    return _look_up(words, _POSITIONS, code)


def purpose(words: Words, code: str) -> str:
    """What a vault is opened for: 健康の見守り for "health"."""
    return _look_up(words, _PURPOSES, code)


def attendance(words: Words, code: str) -> str:
    """A day's status; also "late", "early_leave" and "late_and_early_leave", which are days of presence."""
    return _look_up(words, _STATUSES, code)


def reason(words: Words, code: str) -> str:
    """Why a day was missed: an absence's reason or a suspension's basis."""
    return _look_up(words, _REASONS, code)


def term(words: Words, code: str) -> str:
    """A term: 1学期 for "1", 学年末 for "year"."""
    return _look_up(words, _TERMS, code)


def test(words: Words, code: str) -> str:
    """A kind of test: 単元テスト for "unit"."""
    return _look_up(words, _TESTS, code)


def weather(words: Words, code: str) -> str:
    """心の天気 by its picture: はれ for "sunny"; "none" is a day without an answer."""
    return _look_up(words, _WEATHERS, code)


def mood(words: Words, code: str) -> str:
    """What the weather means: とてもいい for "sunny"."""
    return _look_up(words, _MOODS, code)


def move(words: Words, code: str) -> str:
    """Where a transfer stands (`pds.transfer.state.State`)."""
    return _look_up(words, _MOVES, code)


def study(words: Words, code: str) -> str:
    """How far a study is (`federation.register.State`)."""
    return _look_up(words, _STUDIES, code)


def consent(words: Words, code: str) -> str:
    """How a consent stands: 見せています for "active"."""
    return _look_up(words, _CONSENTS, code)
