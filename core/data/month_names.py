"""Names of months and weekdays in other languages, as dates have them; those of months become English."""

_MONTHS: dict[str, str] = {
    "Jan": "janvier januar januari enero gennaio janeiro janv ene gen",
    "Feb": "février fevrier februar februari febrero febbraio fevereiro févr fevr fév fev",
    "Mar": "mars märz maerz maart marzo março marco mär mrz mrt",
    "Apr": "avril abril aprile avr abr",
    "May": "mai mei mayo maggio maio mag",
    "Jun": "juin juni junio giugno junho giu",
    "Jul": "juillet juli julio luglio julho juil lug",
    "Aug": "août aout augustus agosto ago",
    "Sep": "septembre septiembre setiembre settembre setembro sept set",
    "Oct": "octobre oktober octubre ottobre outubro okt ott out",
    "Nov": "novembre noviembre novembro",
    "Dec": "décembre decembre dezember diciembre dicembre dezembro déc dez dic",
}
"""French, German, Dutch, Spanish, Italian and Portuguese names, and how they are shortened."""
_BEFORE, _BEHIND = r"(^|[\d /.-])", "([ /.,-]|$)"
MONTHS = {rf"(?i){_BEFORE}(?:{names.replace(' ', '|')}){_BEHIND}": rf"\1{month}\2" for month, names in _MONTHS.items()}
"""Patterns, in the common tongue of Python and RE2, and the English month that takes the place of one."""
MONTH = f"(?i){_BEFORE}(?:{'|'.join(_MONTHS.values()).replace(' ', '|')}){_BEHIND}"
"""Where any of them is named."""
WEEKDAY = (
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim"
    "|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|mo|di|mi|do|fr|sa|so"
    "|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|mié|jue|vie|sáb|dom"
    "|(?:luned|marted|mercoled|gioved|venerd)[ìi]|sabato|domenica|gio|sab"
    "|(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?|seg|ter|qua|qui|sex"
    "|(?:maan|dins|woens|donder|vrij|zater|zon)dag|ma|wo|vr|za|zo"
)
"""Weekdays before a date; `mar` is missing, which is a month as well."""
