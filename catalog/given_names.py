"""Given names that are common in Kazakhstan, as `personal_data` spells them, and names of the dead.

Written down by hand; a name that isn't here is found by its surname, patronymic or initials.
"""

from typing import Final

GIVEN_NAMES: Final = frozenset(
    """
    abai abilai aian aiana aiazhan aibek aidana aidar aidos aigerim aigul ainur aisulu aizhan akbota
    akerke akmaral albina aldiar aleksandr aleksandra aleksei aleksi alena alia alibek alihan
    alimzhan alina alisa alisher alla almagul almas almat altinai alua amina amir amirhan anar
    anastasia anatoli andrei angelina anna anton antonina anuar anzhelika arkadi arman arsen arseni
    artem artur aruzhan asan asel aset ashat asilbek asilzhan askar azamat bagdat bahit baian bakit
    batirhan bauirzhan beibit bekaris beksultan bekzat bekzhan berik bogdan bolat boris botagoz
    damir dana daniar darhan daria dariga dastan daulet denis diana dias didar dilnaz dinara dmitri
    doszhan duman eduard egor ekaterina eldar elena elina elizaveta elmira elnur erasil erbol
    erbolat erkebulan erlan ermek ernar ernur ersultan erzhan esen evgeni evgenia farida fedor
    filipp galim galina gauhar gennadi georgi german gleb grigori gulmira gulnar gulnara gulsim
    gulzhan hadisha iakov iana iaroslav iasmin igor ilia ilias inkar inna irina iristi islam ismail
    iulia iuri ivan kairat kaldibek kamila kanat karakat karina karligash kenzhe kimbat kira kirill
    kizgaldak konstantin kristina ksenia kuanish kulpash kunsulu kuralai larisa laura leonid liazzat
    lidia lilia liudmila madiar madina magzhan maira makpal maksat maksim malika manas mansur marat
    margarita maria marina marzhan matvei medet meirim merei meruert mihail miras moldir muhammed
    muhtar murat nadezhda natalia nazerke nazgul nazim nikita nikolai nina nurai nurali nurbek
    nurbolat nurdaulet nurgul nuria nurislam nurlan nurlibek nursultan nurtas nurzhan oksana oleg
    olesia olga olzhas orazbek pavel perizat petr polina rahat raimbek raisa ramazan rauan raushan
    regina risbek rizabek roman rostislav ruslan rustam sabina sabit saiat saltanat samal samat
    sanat sanzhan sanzhar saule seidahmet semen sergei serik serikbol sherhan shinar shingis sholpan
    simbat sirim snezhana sofia stanislav stepan sultan svetlana sviatoslav talgat tamara tamerlan
    taras tatiana temirlan timofei timur tolegen tomiris toregali ualihan ulan uliana ulzhan umit
    vadim valentin valentina valeri valeria varvara vasili vasilisa veronika viacheslav viktor
    viktoria vitali vladimir vladislav vsevolod zamira zarina zere zhamilia zhanar zhanat zhandos
    zhanel zhanerke zhanibek zhannur zhansaia zhanserik zhasulan zhazira zhuldiz
    """.split()
)
# Whom schools, streets, laws and units are called after; a text may well speak of them.
WELL_KNOWN: Final = (
    "abaia", "kunanba", "auezov", "baitursin", "satpaev", "satbaev", "altinsarin", "valihanov",
    "ualihanov", "zhabaev", "momishul", "bokeihan", "dulatov", "zhumabaev", "aimauit", "seifullin",
    "mailin", "zhansugirov", "makataev", "musrepov", "esenberlin", "nazarbaev", "tokaev", "farabi",
    "pushkin", "tolst", "dostoevsk", "chehov", "lermontov", "mendeleev", "lomonosov", "gagarin",
    "tsiolkovsk", "einshtein", "niuton", "tesla", 
    "kenesar", "ablaihan", "abilaihan", "aiteke",
)  # fmt: skip
