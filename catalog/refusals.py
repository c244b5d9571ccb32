"""Why the catalog refuses a person something, as a sentence in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from catalog.choices import State
from catalog.errors import NotAllowed


class Reason(StrEnum):
    """Every kind of refusal there is; each has its sentences below."""

    NOT_YOUR_ROLE = "not_your_role"
    NOT_IN_STATE = "not_in_state"
    FROZEN = "frozen"
    ARCHIVED = "archived"
    SIGNED_OUT = "signed_out"
    BLOCKED = "blocked"
    DEMO_CLOSED = "demo_closed"
    SERVICE_UNVERIFIED = "service_unverified"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_SILENT = "service_silent"
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
    PICTURE_NOT_ONE = "picture_not_one"
    PICTURE_HEIC = "picture_heic"
    PICTURE_MOVES = "picture_moves"
    PICTURE_BROKEN = "picture_broken"
    PICTURE_BYTES = "picture_bytes"
    PICTURE_PIXELS = "picture_pixels"
    PICTURE_NARROW = "picture_narrow"
    COLLEGE_IS_FULL = "college_is_full"
    UPLOADED_MUCH = "uploaded_much"
    FILE_BYTES = "file_bytes"
    CONSENT_IS_RECORDED = "consent_is_recorded"
    CONSENT_OF_A_MINOR = "consent_of_a_minor"
    CONSENT_DATE = "consent_date"
    BAD_PERSON_NAME = "bad_person_name"
    NO_SUCH_STEP = "no_such_step"
    REASON_NEEDED = "reason_needed"
    DEADLINE_OVER = "deadline_over"
    QUOTA_USED = "quota_used"
    WAITS_FOR_REVIEW = "waits_for_review"
    NOTHING_TO_SUBMIT = "nothing_to_submit"
    NOTHING_WAITS = "nothing_waits"
    CHANGED_SINCE = "changed_since"
    UNSEEN = "unseen"
    DECIDED_ANEW = "decided_anew"
    DUPLICATE_OF_ITSELF = "duplicate_of_itself"
    DUPLICATE_LOOP = "duplicate_loop"
    TOO_MUCH_TEXT = "too_much_text"
    COLLEGE_STAYS = "college_stays"
    TEXT_TOO_LONG = "text_too_long"
    PLAN_NOT_SVG = "plan_not_svg"
    PLAN_TOO_LARGE = "plan_too_large"
    BAD_HALL = "bad_hall"
    HALL_TAKEN = "hall_taken"
    BAD_PLACE = "bad_place"
    NO_SUCH_PLACE = "no_such_place"
    PLACE_IN_USE = "place_in_use"
    STAND_TAKEN = "stand_taken"
    STAND_CHANGED = "stand_changed"
    SHOWCASE_CHANGED = "showcase_changed"
    SHOWCASE_TITLE = "showcase_title"
    SHOWCASE_ADDRESS = "showcase_address"
    SHOWCASE_ADDRESS_TAKEN = "showcase_address_taken"
    SHOWCASE_ADDRESS_STAYS = "showcase_address_stays"
    SHOWCASE_EMPTY = "showcase_empty"
    SHOWCASE_TIMES = "showcase_times"
    SHOWCASE_FULL = "showcase_full"
    SHOWCASE_ARCHIVED = "showcase_archived"
    SHOWCASE_STEP = "showcase_step"
    NO_PUBLIC_URL = "no_public_url"
    PUBLIC_URL_IS_LOCAL = "public_url_is_local"
    EDITION_EXISTS = "edition_exists"
    BAD_EDITION = "bad_edition"
    CURRENT_EDITION = "current_edition"
    COLLEGE_EXISTS = "college_exists"
    COLLEGE_NEEDS_NAME = "college_needs_name"
    MERGED_WITH_ITSELF = "merged_with_itself"
    BAD_ADDRESS = "bad_address"
    TECHNOLOGY_EXISTS = "technology_exists"
    TECHNOLOGY_NEEDS_LABEL = "technology_needs_label"
    AWARD_NEEDS_NAME = "award_needs_name"
    AWARD_YEAR = "award_year"
    AWARD_EXISTS = "award_exists"


class Refused(NotAllowed):
    """Something a person asked for isn't done; `reason` says why, `sentence` in three languages."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        position = {"kk": 0, "ru": 1}.get(language, 2)
        facts = {
            name: state_name(str(value), language) if name in ("state", "to") else value
            for name, value in self.facts.items()
        }
        return _SENTENCES[self.reason][position].format_map(facts)


def state_name(state: str, language: str) -> str:
    """What a state of an exhibit is called; `new` is one that has none yet."""
    return _STATES[state][{"kk": 0, "ru": 1}.get(language, 2)]


_STATES: Final[Mapping[str, tuple[str, str, str]]] = {
    "new": ("жаңа", "новый", "new"),
    State.DRAFT: ("жоба", "черновик", "draft"),
    State.SUBMITTED: ("қаралуда", "на рассмотрении", "submitted"),
    State.CHANGES_REQUESTED: ("түзету сұралды", "нужны исправления", "changes requested"),
    State.ACCEPTED: ("қабылданды", "принят", "accepted"),
    State.REJECTED: ("қабылданбады", "отклонён", "rejected"),
    State.DUPLICATE: ("қайталанған", "повтор", "duplicate"),
    State.PUBLISHED: ("жарияланды", "опубликован", "published"),
    State.CANCELLED: ("жәрмеңкеден алынды", "снят с ярмарки", "cancelled"),
    State.WITHDRAWN: ("кері алынды", "отозван", "withdrawn"),
}


class WrongPicture(Refused):
    """Bytes can't be taken as a picture."""


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
    Reason.ARCHIVED: (
        "Бұл жәрмеңке мұрағатта: оны оқуға болады, өзгертуге болмайды.",
        "Эта ярмарка в архиве: её можно читать, но не менять.",
        "This fair is archived: it can be read, not changed.",
    ),
    Reason.EDITION_EXISTS: (
        "«{slug}» деген жәрмеңке бар. Басқа қысқа атау таңдаңыз.",
        "Ярмарка «{slug}» уже есть. Выберите другое короткое имя.",
        "There is a fair {slug} already. Choose another short name.",
    ),
    Reason.BAD_EDITION: (
        "Қысқа атау (латын әріптері, цифрлар, сызықша), жылы және кемінде бір тілдегі аты керек; "
        "жәрмеңке басталғанға дейін аяқталмайды.",
        "Нужны короткое имя (латинские буквы, цифры, дефисы), год и название хотя бы на одном языке; "
        "ярмарка не может кончиться раньше, чем началась.",
        "It needs a short name (Latin letters, digits, hyphens), a year, and a name in one language "
        "at least; a fair can’t end before it begins.",
    ),
    Reason.CURRENT_EDITION: (
        "Бұл — қазіргі жәрмеңке. Алдымен келесісін ашыңыз.",
        "Это текущая ярмарка. Сначала откройте следующую.",
        "This is the present fair. Open the next one first.",
    ),
    Reason.COLLEGE_EXISTS: (
        "«{name}» деген колледж тізімде бар.",
        "Колледж «{name}» в списке уже есть.",
        "The college {name} is in the list already.",
    ),
    Reason.COLLEGE_NEEDS_NAME: (
        "Колледждің кемінде бір тілдегі атауы керек.",
        "Нужно название колледжа хотя бы на одном языке.",
        "A college needs a name in one language at least.",
    ),
    Reason.MERGED_WITH_ITSELF: (
        "Біріктіру үшін екі түрлі жазба керек. Басқасын таңдаңыз.",
        "Объединить можно только две разные записи. Выберите другую.",
        "Only two different entries can be merged. Choose another one.",
    ),
    Reason.BAD_ADDRESS: (
        "«{given}» жарамайды: сайт https:// деп басталады, пошта аты@сайт түрінде, жыл төрт цифр.",
        "«{given}» не подходит: сайт начинается с https://, почта вида имя@сайт, год из четырёх цифр.",
        "{given} doesn’t do: a site begins with https://, mail is name@site, a year has four digits.",
    ),
    Reason.AWARD_NEEDS_NAME: (
        "Марапаттың атын кемінде бір тілде жазыңыз және оны кім бергенін көрсетіңіз.",
        "Напишите название награды хотя бы на одном языке и кто её вручил.",
        "Write the award’s name in at least one language, and who gave it.",
    ),
    Reason.AWARD_YEAR: (
        "{given} жыл жарамайды: {least} мен {most} аралығындағы жылды жазыңыз.",
        "Год {given} не подходит: укажите год от {least} до {most}.",
        "The year {given} doesn’t do: write one from {least} to {most}.",
    ),
    Reason.AWARD_EXISTS: (
        "Бұл марапат жазылып қойған.",
        "Эта награда уже записана.",
        "This award is recorded already.",
    ),
    Reason.TECHNOLOGY_EXISTS: (
        "«{name}» деп аталатын технология сөздікте бар.",
        "Технология с названием «{name}» в словаре уже есть.",
        "There is a technology called {name} in the vocabulary already.",
    ),
    Reason.TECHNOLOGY_NEEDS_LABEL: (
        "Технологияның кемінде бір тілдегі атауы керек.",
        "Нужно название технологии хотя бы на одном языке.",
        "A technology needs a name in one language at least.",
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
    Reason.SERVICE_UNVERIFIED: (
        "Ұйымыңыздың кіру қызметі пошта мекенжайыңызды растамады. Оны сол қызметте растап, қайта "
        "кіріңіз.",
        "Служба входа вашей организации не подтвердила адрес почты. Подтвердите его в ней и "
        "войдите ещё раз.",
        "Your organization’s sign-in service has not verified your e-mail address. Verify it there "
        "and sign in again.",
    ),
    Reason.SERVICE_UNKNOWN: (
        "{email} мекенжайымен мұнда ешкім тіркелмеген. Ұйымдастырушыдан шақыру сілтемесін сұраңыз.",
        "С адресом {email} здесь никто не зарегистрирован. Попросите у организатора "
        "ссылку-приглашение.",
        "Nobody is registered here with the address {email}. Ask an organizer for an invitation "
        "link.",
    ),
    Reason.SERVICE_SILENT: (
        "Кіру қызметі сіздің кім екеніңізді айтпады. Қайта кіріп көріңіз.",
        "Служба входа не сообщила, кто вы. Попробуйте войти ещё раз.",
        "The sign-in service has not told who you are. Try to sign in again.",
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
    Reason.PICTURE_NOT_ONE: (
        "Бұл JPEG, PNG немесе WebP сурет емес. Суретті JPEG түрінде сақтап, қайта жүктеңіз.",
        "Это не картинка JPEG, PNG или WebP. Сохраните её как JPEG и загрузите снова.",
        "This is no JPEG, PNG or WebP picture. Save it as JPEG and upload it again.",
    ),
    Reason.PICTURE_HEIC: (
        "HEIC суреттері қабылданбайды. iPhone-да: Баптаулар → Камера → Пішімдер → Ең үйлесімді; "
        "немесе суретті мессенджермен өзіңізге жіберіп, келгенін сақтаңыз: ол JPEG болады.",
        "Снимки HEIC не принимаются. На iPhone: Настройки → Камера → Форматы → Наиболее "
        "совместимый; или пришлите снимок себе в мессенджере и сохраните: он станет JPEG.",
        "HEIC pictures are not taken. On an iPhone: Settings → Camera → Formats → Most Compatible; "
        "or send the picture to yourself in a messenger and save it: it will be a JPEG.",
    ),
    Reason.PICTURE_MOVES: (
        "Қозғалмалы суреттер қабылданбайды. Бір кадрын JPEG түрінде сақтаңыз.",
        "Движущиеся картинки не принимаются. Сохраните один кадр как JPEG.",
        "Animated pictures are not taken. Save one frame as JPEG.",
    ),
    Reason.PICTURE_BROKEN: (
        "Сурет бүлінген немесе толық емес. Оны ашып, JPEG түрінде қайта сақтаңыз.",
        "Картинка повреждена или обрезана. Откройте её и сохраните заново как JPEG.",
        "The picture is damaged or cut short. Open it and save it again as JPEG.",
    ),
    Reason.PICTURE_BYTES: (
        "Сурет {given} МБ, ең көбі {most} МБ. Кішірейтіп сақтаңыз.",
        "Картинка весит {given} МБ, можно не больше {most} МБ. Сохраните её поменьше.",
        "The picture has {given} MB, at most {most} MB are taken. Save it smaller.",
    ),
    Reason.PICTURE_PIXELS: (
        "Суретте {most} млн пиксельден көп. Кішірейтіп сақтаңыз.",
        "В картинке больше {most} млн пикселей. Сохраните её поменьше.",
        "The picture has more than {most} million pixels. Save it smaller.",
    ),
    Reason.PICTURE_NARROW: (
        "Сурет {width} × {height} пиксель: тым кіші немесе тым жіңішке. Әр жағы кемінде {least} "
        "пиксель болатын басқасын таңдаңыз.",
        "В картинке {width} × {height} пикселей: она слишком мала или узка. Возьмите другую, хотя "
        "бы {least} пикселей с каждой стороны.",
        "The picture has {width} × {height} pixels: too small or too narrow. Take another, at "
        "least {least} pixels on each side.",
    ),
    Reason.COLLEGE_IS_FULL: (
        "Колледждің суреттерге арналған орны толды: {pictures} сурет, {megabytes} МБ. Керексіздерін "
        "өшіріңіз немесе ұйымдастырушыға жазыңыз.",
        "Место колледжа для картинок занято: {pictures} шт., {megabytes} МБ. Удалите лишние или "
        "напишите организатору.",
        "The college’s room for pictures is taken: {pictures} of them, {megabytes} MB. Remove some, "
        "or write to an organizer.",
    ),
    Reason.UPLOADED_MUCH: (
        "Соңғы сағатта тым көп файл жүктедіңіз. {minutes} минуттан кейін жалғастырыңыз.",
        "За последний час вы загрузили слишком много. Продолжите через {minutes} мин.",
        "You have uploaded too much within this hour. Go on in {minutes} min.",
    ),
    Reason.FILE_BYTES: (
        "Файл тым үлкен: ең көбі {most} МБ. Бөліп жүктеңіз.",
        "Файл слишком большой: можно не больше {most} МБ. Загрузите его частями.",
        "The file is too large: at most {most} MB are taken. Upload it in parts.",
    ),
    Reason.CONSENT_IS_RECORDED: (
        "Бұл адам келісім берген, сондықтан оны тек үйлестіруші өзгертеді.",
        "Этот человек дал согласие, поэтому запись о нём меняет только координатор.",
        "This person has given a consent; only a coordinator changes what is kept about them.",
    ),
    Reason.CONSENT_OF_A_MINOR: (
        "18 жасқа толмаған адам үшін келісімді заңды өкілі береді.",
        "За человека младше 18 лет согласие даёт законный представитель.",
        "For a person under 18 the legal representative gives the consent.",
    ),
    Reason.CONSENT_DATE: (
        "Келісімге қол қойылған күн қате: ол бүгіннен кейін болмайды және бес жылдан ескі болмайды.",
        "Дата подписи неверна: она не может быть в будущем и старше пяти лет.",
        "The day of the signature is wrong: it is not in the future and not older than five years.",
    ),
    Reason.BAD_PERSON_NAME: (
        "Адамның атын жазыңыз, ең көбі 100 таңба, цифрсыз.",
        "Напишите имя человека, не больше 100 знаков, без цифр.",
        "Write the person’s name, 100 characters at most, without digits.",
    ),
    Reason.NO_SUCH_STEP: (
        "{code} экспонаты «{state}» күйінен «{to}» күйіне өте алмайды.",
        "Экспонат {code} не может перейти из состояния «{state}» в «{to}».",
        "Exhibit {code} can’t go from {state} to {to}.",
    ),
    Reason.REASON_NEEDED: (
        "Себебін жазыңыз: онсыз {code} экспонаты «{to}» болмайды.",
        "Напишите причину: без неё экспонат {code} не станет «{to}».",
        "Write a reason: exhibit {code} can’t become {to} without a reason.",
    ),
    Reason.DEADLINE_OVER: (
        "Өтінім қабылдау мерзімі өтті. Жоба сақталған; мерзімді ұйымдастырушы ұзарта алады.",
        "Срок приёма заявок прошёл. Черновик сохранён; продлить срок может организатор.",
        "The deadline has passed. The draft is kept; an organizer can extend the deadline.",
    ),
    Reason.QUOTA_USED: (
        "Колледжге бөлінген орындар толды: {quota}. Біреуін кері алыңыз не ұйымдастырушыға жазыңыз.",
        "Места колледжа заняты: {quota}. Отзовите одну заявку или напишите организатору.",
        "The college’s {quota} places are taken. Withdraw an entry, or write to an organizer.",
    ),
    Reason.WAITS_FOR_REVIEW: (
        "Өзгерістер қаралып жатыр. Шешімді күтіңіз немесе өзгерістерді кері алыңыз.",
        "Изменения на рассмотрении. Дождитесь решения или отзовите их.",
        "Your changes wait for review. Wait for the decision, or take them back.",
    ),
    Reason.NOTHING_TO_SUBMIT: (
        "Жіберетін жаңа өзгеріс жоқ.",
        "Новых изменений для отправки нет.",
        "There is nothing new to send in.",
    ),
    Reason.NOTHING_WAITS: (
        "Бұл экспонат бойынша шешім күтіп тұрған ештеңе жоқ.",
        "По этому экспонату ничего не ждёт решения.",
        "Nothing of this exhibit waits for a decision.",
    ),
    Reason.CHANGED_SINCE: (
        "Шешім белгіленгеннен кейін экспонат өзгерді. Қайта қараңыз.",
        "Экспонат изменился после того, как вы наметили решение. Посмотрите ещё раз.",
        "The exhibit has changed since this was decided. Look at it again.",
    ),
    Reason.UNSEEN: (
        "Сіз қарап жатқанда экспонат өзгерді: енді {number}-кезең шешім күтеді. Қайта қараңыз.",
        "Экспонат изменился, пока вы смотрели: теперь решения ждёт этап {number}. Посмотрите ещё раз.",
        "The exhibit changed while you looked at it: round {number} waits now. Look at it again.",
    ),
    Reason.DECIDED_ANEW: (
        "Осы арада басқа шешім белгіленді. Қайта қараңыз.",
        "Тем временем намечено другое решение. Посмотрите ещё раз.",
        "Another decision was kept meanwhile. Look at it again.",
    ),
    Reason.DUPLICATE_OF_ITSELF: (
        "Экспонат өзінің қайталануы бола алмайды. Басқасын таңдаңыз.",
        "Экспонат не может повторять сам себя. Выберите другой.",
        "An exhibit is no duplicate of itself. Choose another one.",
    ),
    Reason.DUPLICATE_LOOP: (
        "{of} экспонатының өзі қайталанған деп белгіленген. Түпнұсқасын таңдаңыз.",
        "Экспонат {of} сам отмечен как повтор. Выберите исходный.",
        "Exhibit {of} is a duplicate itself. Choose the original.",
    ),
    Reason.TOO_MUCH_TEXT: (
        "Мәтін тым көп, сондықтан сақталмады. Қысқартыңыз.",
        "Текста слишком много, поэтому он не сохранён. Сократите.",
        "This is too much text to keep. Shorten it.",
    ),
    Reason.COLLEGE_STAYS: (
        "Экспонаттың колледжі өзгермейді. Ұйымдастырушыға жазыңыз.",
        "Колледж экспоната не меняется. Напишите организатору.",
        "An exhibit stays with its college. Write to an organizer.",
    ),
    Reason.TEXT_TOO_LONG: (
        "Тым ұзын: ең көбі {limit} таңба.",
        "Слишком длинно: не больше {limit} знаков.",
        "Too long: {limit} characters at most.",
    ),
    Reason.PLAN_NOT_SVG: (
        "Бұл SVG сызбасы емес немесе онда көрсетуге болатын ештеңе жоқ. Оны «Plain SVG» түрінде "
        "сақтаңыз немесе сурет (PNG, JPEG) жүктеңіз.",
        "Это не чертёж SVG, или в нём нечего показать. Сохраните его как «Plain SVG» или загрузите "
        "картинку (PNG, JPEG).",
        "This is no SVG drawing, or it has nothing that can be shown. Save it as plain SVG, or "
        "upload a picture (PNG, JPEG).",
    ),
    Reason.PLAN_TOO_LARGE: (
        "Сызба тым үлкен: ең көбі {most} КБ. Оны қарапайым етіңіз немесе сурет жүктеңіз.",
        "Чертёж слишком большой: можно не больше {most} КБ. Упростите его или загрузите картинку.",
        "The drawing is too large: at most {most} KB are taken. Simplify it or upload a picture.",
    ),
    Reason.BAD_HALL: (
        "Залға атау және қысқа белгі керек: 1–20 латын әрпі, цифр немесе сызықша.",
        "Залу нужны название и короткое обозначение: 1–20 латинских букв, цифр или дефисов.",
        "A hall needs a name and a short sign: 1–20 Latin letters, digits or hyphens.",
    ),
    Reason.HALL_TAKEN: (
        "«{hall}» деген зал бар. Басқа белгі таңдаңыз.",
        "Зал «{hall}» уже есть. Выберите другое обозначение.",
        "There is a hall {hall} already. Choose another sign.",
    ),
    Reason.BAD_PLACE: (
        "«{number}» орны дұрыс емес: нөмірі 1–20 таңба, ол жоспардың ішінде ({width} × {height}), "
        "қуаты 0–100000 Вт, ауданы 1–1000 м² болуы керек.",
        "Место «{number}» не подходит: номер — 1–20 знаков, оно лежит на плане "
        "({width} × {height}), мощность — 0–100000 Вт, площадь — 1–1000 м².",
        "Place {number} won’t do: its number has 1–20 characters, it lies on the plan "
        "({width} × {height}), its power is 0–100000 W, its area 1–1000 m².",
    ),
    Reason.NO_SUCH_PLACE: (
        "«{hall}» залында «{number}» орны жоқ.",
        "В зале «{hall}» нет места «{number}».",
        "Hall {hall} has no place {number}.",
    ),
    Reason.PLACE_IN_USE: (
        "«{number}» орнында {by} экспонаты тұр. Алдымен оны көшіріңіз.",
        "На месте «{number}» стоит экспонат {by}. Сначала переставьте его.",
        "Exhibit {by} stands at {number}. Move it first.",
    ),
    Reason.STAND_TAKEN: (
        "«{number}» орны бос емес: онда {by} экспонаты тұр.",
        "Место «{number}» занято: там стоит экспонат {by}.",
        "Place {number} is taken by exhibit {by}.",
    ),
    Reason.STAND_CHANGED: (
        "{code} экспонаты содан бері басқа орынға көшкен, сондықтан ештеңе өзгерген жоқ.",
        "Экспонат {code} с тех пор переставили, поэтому ничего не изменено.",
        "Exhibit {code} has been moved since, so nothing was changed.",
    ),
    Reason.SHOWCASE_CHANGED: (
        "Сіз ашқаннан кейін мұны басқа адам өзгертті: {what}. Енгізгеніңіз сақталған жоқ.",
        "Пока вы правили, это изменили: {what}. Ваша правка не сохранена.",
        "This has been changed meanwhile: {what}. What you entered isn’t saved.",
    ),
    Reason.SHOWCASE_TITLE: (
        "Топтаманың атауын кемінде бір тілде жазыңыз.",
        "Напишите название подборки хотя бы на одном языке.",
        "Write a title of the showcase in at least one language.",
    ),
    Reason.SHOWCASE_ADDRESS: (
        "Мекенжай кіші латын әріптерінен, цифрлардан және сызықшадан тұрады, мысалы: smart-city.",
        "Адрес пишется строчными латинскими буквами, цифрами и дефисом, например: smart-city.",
        "An address is made of small Latin letters, digits and hyphens, such as smart-city.",
    ),
    Reason.SHOWCASE_ADDRESS_TAKEN: (
        "Бұл мекенжай басқа топтамада тұр. Басқасын жазыңыз.",
        "Этот адрес занят другой подборкой. Напишите другой.",
        "Another showcase has this address. Write another one.",
    ),
    Reason.SHOWCASE_ADDRESS_STAYS: (
        "Топтама жарияланған, сондықтан оның мекенжайы өзгермейді.",
        "Подборка уже публиковалась, поэтому её адрес не меняется.",
        "The showcase has been published, so its address stays.",
    ),
    Reason.SHOWCASE_EMPTY: (
        "Топтамада әзірге ештеңе жоқ. Экспонат қосыңыз немесе сұрау жазыңыз.",
        "В подборке пока ничего нет. Добавьте экспонат или напишите запрос.",
        "There is nothing in the showcase yet. Add an exhibit, or write a query.",
    ),
    Reason.SHOWCASE_TIMES: (
        "Көрсету басталмай тұрып аяқталып тұр. Уақытын тексеріңіз.",
        "Показ кончается раньше, чем начинается. Проверьте время.",
        "The showcase ends before it begins. Check the times.",
    ),
    Reason.SHOWCASE_FULL: (
        "Топтамаға ең көбі {limit} экспонат қосылады.",
        "В подборку можно добавить не больше {limit} экспонатов.",
        "At most {limit} exhibits can be added to a showcase.",
    ),
    Reason.SHOWCASE_ARCHIVED: (
        "Топтама мұрағатта. Өзгерту үшін алдымен оны қайтарыңыз.",
        "Подборка в архиве. Чтобы править, сначала верните её.",
        "The showcase is archived. Bring it back before you change it.",
    ),
    Reason.SHOWCASE_STEP: (
        "Бұл күйдегі топтамамен мұны істеуге болмайды. Бетті жаңартыңыз.",
        "С подборкой в этом состоянии так поступить нельзя. Обновите страницу.",
        "This can’t be done with the showcase in its state. Load the page again.",
    ),
    Reason.NO_PUBLIC_URL: (
        "Жәрмеңкенің мекенжайы берілмеген, сондықтан QR-кодтар ешқайда апармас еді. "
        "KORME_PUBLIC_URL параметріне келушілер ашатын мекенжайды жазыңыз.",
        "Адрес ярмарки не задан, и QR-коды никуда бы не вели. Запишите в KORME_PUBLIC_URL адрес, "
        "по которому её открывают посетители.",
        "The fair’s address isn’t set, and QR codes would lead nowhere. Set KORME_PUBLIC_URL to the "
        "address visitors open.",
    ),
    Reason.PUBLIC_URL_IS_LOCAL: (
        "KORME_PUBLIC_URL — {given}: келушілердің телефоны бұл мекенжайды аша алмайды. "
        "Интернеттегі мекенжайды жазыңыз.",
        "KORME_PUBLIC_URL — {given}: с телефона посетителя этот адрес не открыть. Запишите адрес "
        "в интернете.",
        "KORME_PUBLIC_URL is {given}: a visitor’s phone can’t open it. Set an address on the "
        "internet.",
    ),
}
