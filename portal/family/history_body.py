"""Days missed and findings of health, in a family's words. Never: a judgement that the record does not hold."""

from pds.records import Attendance, HealthExamination, HealthObservation, NurseOfficeVisit
from portal.language import Words, phrase, vocabulary

_SYMPTOMS = {
    "headache": phrase("頭がいたい"),
    "sore_throat": phrase("のどがいたい"),
    "runny_nose": phrase("鼻水が出る"),
    "fatigue": phrase("だるい"),
    "joint_pain": phrase("関節がいたい"),
    "muscle_pain": phrase("筋肉がいたい"),
    "cough": phrase("せきが出る"),
    "nausea": phrase("気持ちがわるい"),
    "stomachache": phrase("おなかがいたい"),
    "diarrhoea": phrase("おなかをこわした"),
    "fever": phrase("熱がある"),
    "other": phrase("そのほか"),
}
_CONDITIONS = {"unwell": phrase("体調がよくありませんでした"), "absent": phrase("お休みでした")}
_VISITS = {
    "injury": phrase("けがで、保健室に行きました"),
    "illness": phrase("体調がわるくて、保健室に行きました"),
    "consultation": phrase("相談のために、保健室に行きました"),
    "other": phrase("保健室に行きました"),
}
_OUTCOMES = {
    "back_to_class": phrase("教室にもどりました"),
    "rest": phrase("保健室で休みました"),
    "early_leave": phrase("早退しました"),
    "hospital": phrase("病院に行きました"),
}


def day(words: Words, record: Attendance) -> str:
    """A day that was not simply one of presence: 欠席(病気); empty for one that was."""
    status: str = record.status
    if status == "present":
        status = {(True, True): "late_and_early_leave", (True, False): "late", (False, True): "early_leave"}.get(
            (record.late, record.early_leave), ""
        )
    if not status:
        return ""
    said, reason = vocabulary.attendance(words, status), record.absence_reason or record.suspension_basis
    if reason is None:
        return said
    return words.say("%(status)s(%(reason)s)", status=said, reason=vocabulary.reason(words, reason))


def morning(words: Words, record: HealthObservation) -> tuple[str, str] | None:
    """What was seen of a student who was not well: title and more; None for a good morning."""
    if record.condition == "good":
        return None
    seen = [words.say(_SYMPTOMS[symptom]) for symptom in record.symptoms]
    if record.temperature_c is not None:
        seen.append(words.say("体温%(degrees)s度", degrees=words.number(record.temperature_c, 1)))
    return words.say(_CONDITIONS[record.condition]), words.say("、").join(seen)


def examination(words: Words, record: HealthExamination) -> str:
    """The measures of a yearly examination; what was not measured is left out."""
    found = []
    if record.height_cm is not None:
        found.append(words.say("身長%(length)scm", length=words.number(record.height_cm, 1)))
    if record.weight_kg is not None:
        found.append(words.say("体重%(mass)skg", mass=words.number(record.weight_kg, 1)))
    if record.eyesight_right and record.eyesight_left:
        found.append(words.say("視力 右%(right)s・左%(left)s", right=record.eyesight_right, left=record.eyesight_left))
    return words.say("、").join(found)


def visit(words: Words, record: NurseOfficeVisit) -> tuple[str, str]:
    """A visit to the nurse's office: title and what became of it."""
    return words.say(_VISITS[record.reason_class]), words.say(_OUTCOMES[record.outcome]) if record.outcome else ""
