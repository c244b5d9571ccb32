"""Why the catalog refuses a person something, as a sentence in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from catalog.errors import NotAllowed


class Reason(StrEnum):
    """Every kind of refusal there is; each has its sentences below."""

    NOT_YOUR_ROLE = "not_your_role"
    NOT_IN_STATE = "not_in_state"
    FROZEN = "frozen"
    SIGNED_OUT = "signed_out"
    BLOCKED = "blocked"
    DEMO_CLOSED = "demo_closed"
    WRONG_LOGIN = "wrong_login"
    TOO_MANY_TRIES = "too_many_tries"
    WRONG_PASSWORD = "wrong_password"
    PASSWORD_SHORT = "password_short"
    PASSWORD_LONG = "password_long"
    PASSWORD_IS_LOGIN = "password_is_login"
    PASSWORDS_DIFFER = "passwords_differ"
    BAD_LOGIN = "bad_login"
    LOGIN_TAKEN = "login_taken"
    BAD_NAME = "bad_name"
    LINK_UNKNOWN = "link_unknown"
    LINK_USED = "link_used"
    LINK_EXPIRED = "link_expired"
    LINK_REVOKED = "link_revoked"
    ROLE_NEEDS_COLLEGE = "role_needs_college"
    ROLE_HAS_NO_COLLEGE = "role_has_no_college"
    LAST_ORGANIZER = "last_organizer"
    STALE_FORM = "stale_form"


class Refused(NotAllowed):
    """Something a person asked for isn't done; `reason` says why, `sentence` in three languages."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        position = {"kk": 0, "ru": 1}.get(language, 2)
        return _SENTENCES[self.reason][position].format_map(self.facts)


_SENTENCES: Final[Mapping[Reason, tuple[str, str, str]]] = {
    Reason.NOT_YOUR_ROLE: (
        "Рөліңіз бұған рұқсат бермейді. Ұйымдастырушыға жазыңыз.",
        "Ваша роль этого не позволяет. Напишите организатору.",
        "Your role doesn’t allow this. Write to an organizer.",
    ),
    Reason.NOT_IN_STATE: (
        "Экспонат «{state}» күйінде, сондықтан бұл әрекет қазір мүмкін емес.",
        "Экспонат в состоянии «{state}», поэтому сейчас это невозможно.",
        "The exhibit is {state}, so this can’t be done now.",
    ),
    Reason.FROZEN: (
        "Өтінімдер жабылды, енді оларды тек ұйымдастырушылар өзгертеді. Ұйымдастырушыға жазыңыз.",
        "Заявки закрыты, теперь их меняют только организаторы. Напишите организатору.",
        "The entries are frozen; only organizers change them now. Write to an organizer.",
    ),
    Reason.SIGNED_OUT: (
        "Сіз жүйеден шықтыңыз. Қайта кіріңіз.",
        "Вы больше не в системе. Войдите ещё раз.",
        "You are no longer signed in. Sign in again.",
    ),
    Reason.BLOCKED: (
        "Бұл кіру жабылған. Ұйымдастырушыға жазыңыз.",
        "Этот вход закрыт. Напишите организатору.",
        "This account is blocked. Write to an organizer.",
    ),
    Reason.DEMO_CLOSED: (
        "Демо-аккаунттар тек ойдан шығарылған жәрмеңкеде жұмыс істейді.",
        "Демонстрационные входы работают только на выдуманной ярмарке.",
        "Demo accounts work at the invented fair only.",
    ),
    Reason.WRONG_LOGIN: (
        "Логин немесе құпиясөз қате. Қайта теріңіз немесе ұйымдастырушыдан жаңа сілтеме сұраңыз.",
        "Неверный логин или пароль. Наберите ещё раз или попросите у организатора новую ссылку.",
        "Wrong login or password. Type them again, or ask an organizer for a new link.",
    ),
    Reason.TOO_MANY_TRIES: (
        "Тым көп әрекет жасалды. {minutes} минуттан кейін қайталаңыз.",
        "Слишком много попыток. Повторите через {minutes} мин.",
        "Too many tries. Try again in {minutes} min.",
    ),
    Reason.WRONG_PASSWORD: (
        "Қазіргі құпиясөз қате.",
        "Нынешний пароль неверен.",
        "The present password is wrong.",
    ),
    Reason.PASSWORD_SHORT: (
        "Құпиясөзде кемінде {least} таңба болуы керек, сізде {length}. Бірнеше сөз қолайлы.",
        "В пароле должно быть не меньше {least} знаков, у вас {length}. Удобны несколько слов.",
        "A password has at least {least} characters, yours has {length}. A few words do well.",
    ),
    Reason.PASSWORD_LONG: (
        "Құпиясөзде ең көбі {most} таңба болады, сізде {length}.",
        "В пароле может быть не больше {most} знаков, у вас {length}.",
        "A password has at most {most} characters, yours has {length}.",
    ),
    Reason.PASSWORD_IS_LOGIN: (
        "Құпиясөз логинмен бірдей болмауы керек.",
        "Пароль не может совпадать с логином.",
        "The password can’t be the login itself.",
    ),
    Reason.PASSWORDS_DIFFER: (
        "Екі құпиясөз бірдей емес. Екеуін де қайта теріңіз.",
        "Пароли не совпали. Наберите оба ещё раз.",
        "The two passwords differ. Type both again.",
    ),
    Reason.BAD_LOGIN: (
        "Логин — электрондық пошта немесе қысқа ат: 3–120 латын әрпі, цифр, нүкте, сызықша.",
        "Логин — адрес почты или короткое имя: 3–120 латинских букв, цифр, точек, дефисов.",
        "A login is an e-mail address or a short name: 3–120 Latin letters, digits, dots, hyphens.",
    ),
    Reason.LOGIN_TAKEN: (
        "Мұндай логин бар. Басқасын таңдаңыз немесе өз аккаунтыңызбен кіріп, сілтемені қайта ашыңыз.",
        "Такой логин уже есть. Выберите другой или войдите под своим и откройте ссылку ещё раз.",
        "This login is taken. Choose another, or sign in with yours and open the link again.",
    ),
    Reason.BAD_NAME: (
        "Атыңызды жазыңыз, ең көбі 100 таңба.",
        "Напишите ваше имя, не больше 100 знаков.",
        "Write your name, 100 characters at most.",
    ),
    Reason.LINK_UNKNOWN: (
        "Бұл сілтеме жарамсыз: толық көшірілмеген болуы мүмкін. Ұйымдастырушыдан жаңасын сұраңыз.",
        "Эта ссылка не подходит: возможно, она скопирована не целиком. Попросите у организатора "
        "новую.",
        "This link is not valid: perhaps it was not copied whole. Ask an organizer for a new one.",
    ),
    Reason.LINK_USED: (
        "Бұл сілтеме пайдаланылған. Логиніңізбен кіріңіз немесе ұйымдастырушыдан жаңасын сұраңыз.",
        "По этой ссылке уже прошли. Войдите под своим логином или попросите у организатора новую.",
        "This link has been used. Sign in with your login, or ask an organizer for a new one.",
    ),
    Reason.LINK_EXPIRED: (
        "Сілтеменің мерзімі өтті. Ұйымдастырушыдан жаңасын сұраңыз.",
        "Срок ссылки истёк. Попросите у организатора новую.",
        "This link has expired. Ask an organizer for a new one.",
    ),
    Reason.LINK_REVOKED: (
        "Бұл сілтеме кері қайтарылған. Ұйымдастырушыдан жаңасын сұраңыз.",
        "Эту ссылку отозвали. Попросите у организатора новую.",
        "This link was revoked. Ask an organizer for a new one.",
    ),
    Reason.ROLE_NEEDS_COLLEGE: (
        "Бұл рөлге колледж керек.",
        "Для этой роли нужен колледж.",
        "This role needs a college.",
    ),
    Reason.ROLE_HAS_NO_COLLEGE: (
        "Бұл рөл бүкіл жәрмеңкеге беріледі, колледжді алып тастаңыз.",
        "Эта роль даётся на всю ярмарку, уберите колледж.",
        "This role is for the whole fair; leave the college out.",
    ),
    Reason.LAST_ORGANIZER: (
        "Бұл — соңғы ұйымдастырушы. Алдымен басқасын тағайындаңыз.",
        "Это последний организатор. Сначала назначьте другого.",
        "This is the last organizer. Appoint another one first.",
    ),
    Reason.STALE_FORM: (
        "Бұл бет ескіріп қалды. Қайта жүктеп, тағы жіберіңіз.",
        "Страница устарела. Загрузите её заново и отправьте ещё раз.",
        "This page has grown old. Load it again and send it once more.",
    ),
}
