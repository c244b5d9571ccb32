"""What is wrong with an entry, as a sentence in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from catalog.refusals import state_name


class ProblemCode(StrEnum):
    """Every kind of problem there is; each has its sentences below."""

    MISSING = "missing"
    MISSING_TITLE = "missing_title"
    MISSING_TITLE_IN = "missing_title_in"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NUL = "nul"
    TITLE_FOR_TEXT = "title_for_text"
    NOT_ONE_OF = "not_one_of"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_TEXT = "not_a_text"
    NOT_YES_OR_NO = "not_yes_or_no"
    NO_STATEMENT_ON_FACES = "no_statement_on_faces"
    PICTURE_UNDESCRIBED = "picture_undescribed"
    NAMED_TWICE = "named_twice"
    NAME_WITHOUT_CONSENT = "name_without_consent"
    FACE_WITHOUT_CONSENT = "face_without_consent"
    NAME_IN_TEXT = "name_in_text"
    PHONE_IN_TEXT = "phone_in_text"
    EMAIL_IN_TEXT = "email_in_text"
    MESSENGER_IN_TEXT = "messenger_in_text"
    IIN_IN_TEXT = "iin_in_text"
    UNKNOWN = "unknown"
    UNKNOWN_DID_YOU_MEAN = "unknown_did_you_mean"
    AMBIGUOUS = "ambiguous"
    BAD_CODE = "bad_code"
    CODE_TAKEN = "code_taken"
    CODE_DIFFERS = "code_differs"
    SAME_AS_ROW = "same_as_row"
    SEVERAL_MATCH = "several_match"
    STAND_TAKEN = "stand_taken"
    HALL_NEEDED = "hall_needed"
    NOT_PUBLISHABLE = "not_publishable"
    BAD_ROW = "bad_row"
    OTHER_COLLEGE = "other_college"
    NO_ARCHIVE = "no_archive"
    NO_SUCH_PICTURE = "no_such_picture"
    SEVERAL_PICTURES = "several_pictures"
    WRONG_PICTURE = "wrong_picture"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    IS_A_DATE = "is_a_date"
    CODE_NOT_YOURS = "code_not_yours"
    NOT_IN_STATE = "not_in_state"
    WAITS_FOR_REVIEW = "waits_for_review"
    CHANGED_SINCE = "changed_since"
    STAND_IS_ASSIGNED = "stand_is_assigned"
    MISSING_DESCRIPTION = "missing_description"
    NOT_AN_ADDRESS = "not_an_address"
    SOURCE_CHANGED = "source_changed"
    TEXT_IS_THERE = "text_is_there"
    CHANGES_WAIT = "changes_wait"
    TRANSLATED_TWICE = "translated_twice"


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the field it is about, the value given, and the facts of its sentence."""

    field: str
    code: ProblemCode
    value: str = ""
    facts: Mapping[str, object] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        position = {"kk": 0, "ru": 1}.get(language, 2)
        facts = dict(self.facts)
        for name, value in self.facts.items():
            if isinstance(value, Mapping):
                facts[name] = value.get(language, value["en"])
        if "state" in facts:
            facts["state"] = state_name(str(facts["state"]), language)
        return _SENTENCES[self.code][position].format_map(facts)


_SENTENCES: Final[Mapping[ProblemCode, tuple[str, str, str]]] = {
    ProblemCode.MISSING: (
        "Бұл өрісті толтыру керек.",
        "Это поле нужно заполнить.",
        "This has to be filled in.",
    ),
    ProblemCode.MISSING_TITLE: (
        "Атауы кемінде бір тілде жазылуы керек.",
        "Нужно название хотя бы на одном языке.",
        "A title in at least one language is needed.",
    ),
    ProblemCode.MISSING_TITLE_IN: (
        "Бұл жәрмеңкеде атауы мына тілде де жазылуы керек: {language}.",
        "Для этой ярмарки нужно название на языке: {language}.",
        "This fair asks for a title in: {language}.",
    ),
    ProblemCode.TOO_SHORT: (
        "Тым қысқа: {length} таңба, кемінде {limit} керек.",
        "Слишком коротко: знаков {length}, нужно не меньше {limit}.",
        "Too short: {length} characters, at least {limit} are needed.",
    ),
    ProblemCode.TOO_LONG: (
        "Тым ұзын: {length} таңба, ең көбі {limit}. Қысқартыңыз.",
        "Слишком длинно: знаков {length}, можно не больше {limit}. Сократите.",
        "Too long: {length} characters, at most {limit} fit. Shorten it.",
    ),
    ProblemCode.TOO_MANY: (
        "Тым көп: {count}, ең көбі {limit}.",
        "Слишком много: {count}, можно не больше {limit}.",
        "Too many: {count}, at most {limit} are allowed.",
    ),
    ProblemCode.NUL: (
        "Мәтінде нөлдік таңба бар, файл бүлінген болуы мүмкін. Мәтінді қайта теріңіз.",
        "В тексте есть нулевой символ: похоже, файл повреждён. Наберите текст заново.",
        "The text holds a NUL character, as damaged files do. Type it again.",
    ),
    ProblemCode.TITLE_FOR_TEXT: (
        "Бұл тілде мәтін бар, бірақ атауы жоқ. Атауын жазыңыз.",
        "На этом языке есть текст, но нет названия. Добавьте название.",
        "There is a text in this language but no title. Add the title.",
    ),
    ProblemCode.NOT_ONE_OF: (
        "Мұндай мән жоқ. Мыналардың бірін жазыңыз: {choices}.",
        "Такого значения нет. Выберите одно из: {choices}.",
        "There is no such value. Choose one of: {choices}.",
    ),
    ProblemCode.NOT_A_NUMBER: (
        "Бұл жерде бүтін сан керек.",
        "Здесь нужно целое число.",
        "A whole number is needed here.",
    ),
    ProblemCode.OUT_OF_RANGE: (
        "{low}–{high} аралығындағы сан керек.",
        "Нужно число от {low} до {high}.",
        "A number from {low} to {high} is needed.",
    ),
    ProblemCode.NOT_A_TEXT: (
        "Бұл жерде мәтін керек, ал файлда кірістірілген деректер тұр.",
        "Здесь нужен текст, а в файле вложенные данные.",
        "A text is needed here; the file has nested data.",
    ),
    ProblemCode.NOT_YES_OR_NO: (
        "«иә» немесе «жоқ» деп жазыңыз.",
        "Напишите «да» или «нет».",
        "Write yes or no.",
    ),
    ProblemCode.PICTURE_UNDESCRIBED: (
        "Суретте не көрінетінін кемінде бір тілде жазыңыз: оны көрмейтіндер естиді.",
        "Напишите хотя бы на одном языке, что на снимке: это услышат те, кто его не видит.",
        "Write in at least one language what the picture shows: who can’t see it hears that.",
    ),
    ProblemCode.NO_STATEMENT_ON_FACES: (
        "Суретте кім көрінетінін белгілеңіз немесе ешкімді тануға болмайтынын растаңыз.",
        "Отметьте, кто виден на снимке, или подтвердите, что никого нельзя узнать.",
        "Say who is seen in the picture, or confirm that nobody can be recognized.",
    ),
    ProblemCode.NAMED_TWICE: (
        "Бір адам бір рөлде екі рет аталған. Біреуін алып тастаңыз.",
        "Один человек назван дважды в одной роли. Уберите лишнее.",
        "A person is named twice in one role. Take one out.",
    ),
    ProblemCode.NAME_WITHOUT_CONSENT: (
        "{name}: атын көрсетуге келісімі жоқ. Келісімді енгізіңіз немесе атын көрсетпеңіз.",
        "{name}: нет согласия на показ имени. Внесите согласие или не показывайте имя.",
        "{name}: there is no consent to show the name. Record one, or don’t show the name.",
    ),
    ProblemCode.FACE_WITHOUT_CONSENT: (
        "{name}: суретін көрсетуге келісімі жоқ. Келісімді енгізіңіз немесе суретті алып тастаңыз.",
        "{name}: нет согласия на показ снимка. Внесите согласие или уберите снимок.",
        "{name}: there is no consent to show the picture. Record one, or take the picture out.",
    ),
    ProblemCode.NAME_IN_TEXT: (
        "«{found}» адамның аты сияқты. Атты келісіммен бірге «Аты аталатын адамдар» бөлімінде көрсетіңіз.",
        "«{found}» похоже на имя человека. Имена указывайте в разделе «Люди по именам», с согласием.",
        "“{found}” looks like a person’s name. Name people under “People by name”, with their consent.",
    ),
    ProblemCode.PHONE_IN_TEXT: (
        "«{found}» телефон нөмірі сияқты. Оны мәтіннен алып тастаңыз: мәтінді бәрі көреді.",
        "«{found}» похоже на номер телефона. Уберите его: этот текст увидят все.",
        "“{found}” looks like a phone number. Take it out: everybody will see this text.",
    ),
    ProblemCode.EMAIL_IN_TEXT: (
        "«{found}» электрондық пошта сияқты. Оны мәтіннен алып тастаңыз: мәтінді бәрі көреді.",
        "«{found}» похоже на адрес почты. Уберите его: этот текст увидят все.",
        "“{found}” looks like an e-mail address. Take it out: everybody will see this text.",
    ),
    ProblemCode.MESSENGER_IN_TEXT: (
        "«{found}» мессенджердегі не әлеуметтік желідегі парақша сияқты. Оны мәтіннен алып тастаңыз.",
        "«{found}» похоже на личную страницу в мессенджере или соцсети. Уберите её из текста.",
        "“{found}” looks like somebody’s page in a messenger or network. Take it out of the text.",
    ),
    ProblemCode.IIN_IN_TEXT: (
        "«{found}» ЖСН сияқты. ЖСН еш жерде жазылмайды: алып тастаңыз.",
        "«{found}» похоже на ИИН. ИИН нельзя указывать нигде: уберите его.",
        "“{found}” looks like an IIN. An IIN is not to be written anywhere: take it out.",
    ),
    ProblemCode.UNKNOWN: (
        "Каталогта мұндай атау жоқ.",
        "В каталоге такого нет.",
        "The catalog has no such entry.",
    ),
    ProblemCode.UNKNOWN_DID_YOU_MEAN: (
        "Каталогта мұндай атау жоқ. Бәлкім, «{suggestion}» шығар?",
        "В каталоге такого нет. Возможно, «{suggestion}»?",
        "The catalog has no such entry. Did you mean “{suggestion}”?",
    ),
    ProblemCode.AMBIGUOUS: (
        "Бұл атауға бірнешеуі сәйкес келеді: {choices}. Дәлірек жазыңыз.",
        "Под это название подходит несколько: {choices}. Уточните.",
        "This name fits several: {choices}. Be more exact.",
    ),
    ProblemCode.BAD_CODE: (
        "Код алты таңбадан тұрады: 2–9 цифрлары және латынның бас әріптері (I, L, O болмайды).",
        "Код состоит из шести знаков: цифры 2–9 и заглавные латинские буквы, кроме I, L, O.",
        "A code has six characters: digits 2–9 and capital letters without I, L, O.",
    ),
    ProblemCode.CODE_TAKEN: (
        "Бұл код басқа экспонаттікі. Ұяшықты тазалаңыз, жаңа код өзі беріледі.",
        "Этот код принадлежит другому экспонату. Очистите ячейку, новый код назначится сам.",
        "This code belongs to another exhibit. Empty the cell and a new one will be given.",
    ),
    ProblemCode.CODE_DIFFERS: (
        "Осы external_id бар экспонаттың коды — {code}; кодтар өзгермейді. Ұяшықты тазалаңыз.",
        "У экспоната с таким external_id код {code}; коды не меняются. Очистите ячейку.",
        "The exhibit of this external_id has the code {code}; codes never change. Empty the cell.",
    ),
    ProblemCode.SAME_AS_ROW: (
        "{row}-жолдағы экспонаттың өзі. Біреуін қалдырыңыз немесе әртүрлі external_id беріңіз.",
        "Тот же экспонат, что в строке {row}. Оставьте один или дайте им разные external_id.",
        "The same exhibit as row {row}. Keep one, or give them different external_id.",
    ),
    ProblemCode.SEVERAL_MATCH: (
        "Колледжде атауы осындай бірнеше экспонат бар: {codes}. Керегінің кодын жазыңыз.",
        "В колледже несколько экспонатов с таким названием: {codes}. Укажите код нужного.",
        "The college has several exhibits of this title: {codes}. Give the code of the one meant.",
    ),
    ProblemCode.STAND_TAKEN: (
        "Бұл стенд бос емес: {by}.",
        "Этот стенд занят: {by}.",
        "This stand is taken by {by}.",
    ),
    ProblemCode.HALL_NEEDED: (
        "Бұл жәрмеңкеде мұндай зал жоқ. Бар залдар: {choices}.",
        "На этой ярмарке нет такого зала. Есть залы: {choices}.",
        "This fair has no such hall. It has: {choices}.",
    ),
    ProblemCode.NOT_PUBLISHABLE: (
        "Экспонат «{state}» күйінде; импорт тек жаңа экспонаттарды жариялайды.",
        "Экспонат в состоянии «{state}»; импорт публикует только новые экспонаты.",
        "The exhibit is {state}; an import publishes new exhibits only.",
    ),
    ProblemCode.MISSING_DESCRIPTION: (
        "Сипаттама кемінде бір тілде жазылуы керек.",
        "Нужно описание хотя бы на одном языке.",
        "A description in at least one language is needed.",
    ),
    ProblemCode.NOT_AN_ADDRESS: (
        "Сілтеме https:// деп басталып, сайттың мекенжайы болуы керек.",
        "Ссылка должна начинаться с https:// и вести на сайт.",
        "A link begins with https:// and leads to a site.",
    ),
    ProblemCode.BAD_ROW: (
        "Жол оқылмайды: {reason}",
        "Строка не читается: {reason}",
        "The row can't be read: {reason}",
    ),
    ProblemCode.FORMULA: (
        "Ұяшықта есептелмеген формула бар. Оның орнына мәннің өзін жазыңыз.",
        "В ячейке формула без вычисленного значения. Впишите само значение.",
        "The cell holds a formula without its value. Write the value itself.",
    ),
    ProblemCode.CELL_ERROR: (
        "Ұяшықта қате тұр. Оның орнына мәннің өзін жазыңыз.",
        "В ячейке ошибка вычисления. Впишите само значение.",
        "The cell holds an error. Write the value itself.",
    ),
    ProblemCode.IS_A_DATE: (
        "Excel бұл ұяшықты күн не уақыт деп түсінді. Ұяшық пішімін «мәтін» етіп, қайта теріңіз.",
        "Excel принял эту ячейку за дату или время. Сделайте формат ячейки текстовым и наберите"
        " заново.",
        "Excel has made a date or a time of this cell. Format it as text and type it again.",
    ),
    ProblemCode.NO_ARCHIVE: (
        "Суреттер аталған, бірақ олардың ZIP мұрағаты жүктелмеген. Оны да жүктеңіз.",
        "Снимки названы, но архив ZIP с ними не загружен. Загрузите и его.",
        "Pictures are named, but their ZIP wasn’t uploaded. Upload it, too.",
    ),
    ProblemCode.NO_SUCH_PICTURE: (
        "ZIP ішінде мұндай сурет жоқ. Файл атын тексеріңіз.",
        "В архиве ZIP нет такого снимка. Проверьте имя файла.",
        "The ZIP has no such picture. Check the file’s name.",
    ),
    ProblemCode.SEVERAL_PICTURES: (
        "ZIP ішінде аты осындай бірнеше файл бар. Әртүрлі ат беріңіз.",
        "В архиве ZIP несколько файлов с таким именем. Дайте им разные имена.",
        "The ZIP has several files of this name. Give them different names.",
    ),
    ProblemCode.WRONG_PICTURE: (
        "Бұл сурет жарамайды: {reason}",
        "Этот снимок не подходит: {reason}",
        "This picture can’t be taken: {reason}",
    ),
    ProblemCode.OTHER_COLLEGE: (
        "Бұл — басқа колледж. Тек өз колледжіңіздің жолдарын қалдырыңыз.",
        "Это другой колледж. Оставьте строки только своего колледжа.",
        "This is another college. Keep the rows of your own college alone.",
    ),
    ProblemCode.CODE_NOT_YOURS: (
        "Колледжіңізде мұндай коды бар экспонат жоқ. Ұяшықты тазалаңыз, жаңа код өзі беріледі.",
        "У вашего колледжа нет экспоната с таким кодом. Очистите ячейку, код назначится сам.",
        "Your college has no exhibit of this code. Empty the cell and a new one will be given.",
    ),
    ProblemCode.NOT_IN_STATE: (
        "Экспонат «{state}» күйінде, қазір оны өзгертуге болмайды.",
        "Экспонат в состоянии «{state}», сейчас его нельзя изменить.",
        "The exhibit is {state}; it can’t be changed now.",
    ),
    ProblemCode.WAITS_FOR_REVIEW: (
        "Бұл экспонаттың өзгерістері қаралып жатыр. Шешімді күтіңіз немесе өзгерістерді кері алыңыз.",
        "Изменения этого экспоната на рассмотрении. Дождитесь решения или отзовите их.",
        "Changes of this exhibit wait for review. Wait for the decision, or take them back.",
    ),
    ProblemCode.STAND_IS_ASSIGNED: (
        "Залдар мен стендтерді ұйымдастырушылар бөледі. Ұяшықты тазалаңыз.",
        "Залы и стенды распределяют организаторы. Очистите ячейку.",
        "Organizers assign halls and stands. Empty the cell.",
    ),
    ProblemCode.CHANGED_SINCE: (
        "Импорттан кейін бұл экспонат өзгерді, сондықтан ол қазіргі күйінде қалады.",
        "После импорта этот экспонат изменился, поэтому он остаётся как есть.",
        "This exhibit was changed after the import, so it stays as it is.",
    ),
    ProblemCode.SOURCE_CHANGED: (
        "Файл алынғаннан кейін мәтін өзгерді. Файлды қайта алыңыз.",
        "Текст изменился с тех пор, как файл был скачан. Скачайте файл заново.",
        "The text has changed since the file was taken. Take the file again.",
    ),
    ProblemCode.TEXT_IS_THERE: (
        "Бұл тілде мәтін бар, ол өзгермейді. Ұяшықты тазалаңыз.",
        "На этом языке текст уже есть, он остаётся как есть. Очистите ячейку.",
        "There is a text in this language already, and it stays. Empty the cell.",
    ),
    ProblemCode.CHANGES_WAIT: (
        "Колледж бұл экспонатты өзгертіп жатыр. Шешім қабылданған соң аударыңыз.",
        "Колледж меняет этот экспонат. Переведите его, когда будет решение.",
        "The college is changing this exhibit. Translate it once that is decided.",
    ),
    ProblemCode.TRANSLATED_TWICE: (
        "Бұл мәтіннің аудармасы {row}-жолда да бар. Біреуін қалдырыңыз.",
        "Перевод этого текста есть и в строке {row}. Оставьте один.",
        "Row {row} has a translation of this text, too. Keep one.",
    ),
}
