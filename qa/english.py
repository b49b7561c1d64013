"""What question making knows of English: forms of verbs, dates, and words of closed classes.

All lists were written by hand, and are meant to lack words rather than to hold doubtful ones: a
verb that is not here makes no question.
"""

import re

# Verbs whose past tense and participle are regular and which take a thing as their object.
_REGULAR = """abandon abolish accept accuse achieve acquire adopt announce annex appoint approve
    assassinate assume attack attract author borrow cancel capture cede celebrate change claim
    close collect commission complete compose condemn condition conduct confirm conquer
    construct contribute convert cover create criticize cross damage declare decline defeat
    defend deliver demand demolish deny deploy depose design destroy develop dedicate deposit
    diagnose discontinue discover dismiss dissolve donate double earn elect emphasize emphasise
    enact endorse end enter equal establish execute expand expel explore express extend favor
    favour finance form found fund gain host ignore impose improve inaugurate incorporate inform
    inherit initiate inspire install introduce invade invent invest issue join launch legalize
    legalise maintain marry merge migrate murder nationalize nationalise negotiate nominate
    observe obtain occupy oppose organize organise oust outlaw overturn paint patent perform
    perfect pioneer pledge postpone present preserve produce prohibit promise promote propose
    prove publish purchase ratify reach receive recognize recognise record reduce reform refuse
    reject release remove rename renew renounce reopen repeal replace request rescue reorganize
    reorganise restore restrict reveal sack secure seize share shape sign sponsor start state
    stress succeed suffer suggest support surpass suspend target top tour train transform
    translate treat trigger unify unite unveil urge vacate visit warn witness abuse administer
    affect aid alert alter analyze analyse apply argue arrange assemble assert assist attain
    award blame block boost broaden burn calculate capitalize carry characterize chart circulate
    cite classify clear combine compare compile complain conclude consume contain contest
    contradict correct craft criticise crush cure decode decorate deem defy delay denounce
    derive describe detail detect determine devise dictate discuss display dispute disrupt
    distribute divide document draft edit educate eliminate employ encounter encourage enforce
    enlarge enlist ensure erect escape examine exceed exchange exclude excavate exile exhibit
    expose film finish fix follow force free fulfill generate govern grant guarantee guide halt
    help identify illustrate implement import imprison include increase influence insert
    instruct integrate interview introduce investigate isolate jail justify liberate license
    limit list loot manage manufacture mark master measure modify monitor motivate mount notice
    nurture obey offer operate ordain order outline overlook pardon pass patent pen persuade
    pioneer place plant plunder possess practise practice praise predict prepare prevent print
    privatize procure profit pronounce prosecute protect provide provoke pursue question raid
    raise rank rate regain regulate reinforce reinstate relocate render repair report represent
    reserve resist resolve resume retain reunite reverse revise revive risk ruin sanction save
    score select separate serve settle smuggle solve specify stage strengthen stress study
    subdue summon supervise suppress survive sustain switch tackle terminate test threaten trace
    trademark traverse uncover upgrade utilize value violate widen yield""".split()

# Verbs that say what a subject did without an object: a place or a time may follow at once.
_INTRANSITIVE = """arrive collapse convert debut depart die emerge emigrate expire graduate
    immigrate land marry migrate move open perform premiere rejoin resign retire return settle
    sign start study surrender tour travel turn vanish visit work appear close end attend happen
    merge explode erupt disband fail crash preach lecture peak reign serve""".split()

_IRREGULAR_PAST = {
    "banned": "ban",
    "became": "become",
    "began": "begin",
    "bought": "buy",
    "broke": "break",
    "brought": "bring",
    "built": "build",
    "came": "come",
    "cancelled": "cancel",
    "chose": "choose",
    "committed": "commit",
    "drew": "draw",
    "drove": "drive",
    "fell": "fall",
    "fled": "flee",
    "forbade": "forbid",
    "fought": "fight",
    "gave": "give",
    "grew": "grow",
    "held": "hold",
    "kept": "keep",
    "led": "lead",
    "lost": "lose",
    "made": "make",
    "mapped": "map",
    "met": "meet",
    "overthrew": "overthrow",
    "occurred": "occur",
    "paid": "pay",
    "reigned": "reign",
    "rose": "rise",
    "sang": "sing",
    "sank": "sink",
    "sent": "send",
    "shot": "shoot",
    "sold": "sell",
    "spent": "spend",
    "spoke": "speak",
    "stole": "steal",
    "struck": "strike",
    "submitted": "submit",
    "swore": "swear",
    "transferred": "transfer",
    "taught": "teach",
    "took": "take",
    "withdrew": "withdraw",
    "won": "win",
    "wrote": "write",
}
_INTRANSITIVE_PAST = frozenset("began came fell fled fought grew occurred rose sank spoke".split())

_PARTICIPLES = frozenset(
    """begun bought born broadcast broken brought built caught chosen cut drawn driven fought
    found forbidden forced given grown held hit hung kept laid led left lost made met overthrown
    paid put read rebuilt sent set shot shown sold sent spent split spoken spread stolen struck
    sung sunk swept sworn taken taught thrown torn woven worn written""".split()
)
# They end as participles do, and after "was" they are adjectives or ask for what is cut off.
_NO_PARTICIPLES = frozenset(
    """accustomed agreed allegedly alleged asked believed biased bored claimed concerned
    convinced crowded decided dedicated determined embarrassed enabled encouraged estimated
    excited expected experienced feared hoped implied indeed inclined intended interested
    involved limited likened married need noted opposed permitted pleased required red related
    reported reputed rumored rumoured said scared scheduled shed sped supposed surprised
    talented tasked thought tired understood unprecedented unrelated used worried considered
    regarded seen viewed perceived based located situated found known needed allowed able
    followed preceded hundred called proposed suggested led met divided composed comprised made
    bound forced left set put caused compared surrounded covered faced dominated influenced
    inspired affected supported""".split()
)

BE = frozenset("is are was were".split())
HAVE = frozenset("has have had".split())
MODALS = frozenset("can could may might must shall should will would do does did cannot".split())

PRONOUNS = frozenset(
    """i me my mine myself you your yours yourself he him his himself she her hers herself it
    its itself we our ours ourselves they them their theirs themselves this that these those
    anybody anyone anything everybody everyone everything nobody nothing somebody someone
    something each other another none both others whose whom""".split()
)
# Words that no phrase of a question may have: they point at what was said before, or begin another
# clause.
OUT_OF_PLACE = PRONOUNS | frozenset(
    """there here then further such same latter former respective aforementioned following above
    below who which what when where while why how if whether because although though since
    unless until as than so but or nor not no never also too only even just however thus
    therefore hence meanwhile moreover furthermore instead one ones some any many most much few
    several all every either neither be been being am having including whereby wherein despite
    via versus etc today yesterday tomorrow now ago recently currently say says tell tells think
    thinks thought believe believes believed know knows claim claims argue argues mean means
    suggest suggests show shows seem seems it's he's she's that's there's they're we're isn't
    wasn't aren't weren't don't doesn't didn't alone similar various certain like unlike per out
    up down off away back""".split()
)
DETERMINERS = frozenset("the a an".split())
PREPOSITIONS = frozenset(
    """of in on at for from to with by into over under against about during after before near
    through across among around within without along throughout toward towards outside inside
    onto upon between beyond behind beside above below""".split()
)
# An adverb before a verb that its question can do without, and one that it must keep.
LOOSE_ADVERBS = frozenset("later then also soon subsequently eventually finally thus".split())
KEPT_ADVERBS = frozenset("first last officially formally originally initially".split())

# What somebody said in words of their own, and the verb of the question about it.
SAID = {
    "said": "say",
    "stated": "say",
    "argued": "say",
    "claimed": "say",
    "noted": "say",
    "explained": "say",
    "declared": "say",
    "concluded": "say",
    "reported": "say",
    "wrote": "write",
    "believed": "believe",
}

# The third person of verbs, with the preposition that they need, to the form after "does".
PRESENT = {
    base + "s": (base, preposition)
    for preposition, bases in {
        "": "provide include produce offer operate feature cause contain prohibit",
        "of": "consist",
        "for": "stand",
        "to": "refer lead belong",
        "on": "depend focus rely",
        "in": "result specialize specialise",
        "as": "serve",
    }.items()
    for base in bases.split()
}

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"[12]\d{3}"
DATE = (
    rf"(?:(?:early |late |mid-)?(?:{_MONTH} \d{{1,2}} ?, {_YEAR}|{_MONTH} \d{{1,2}}|{_MONTH}"
    rf" {_YEAR}|\d{{1,2}} {_MONTH} {_YEAR}|\d{{1,2}} {_MONTH}|{_MONTH}|{_YEAR})"
    rf"|(?:the )?(?:early |late |mid-)?{_YEAR}s"
    rf"|the (?:early |late |mid-)?(?:\d{{1,2}}th|[a-z]{{5,12}}th) century"
    rf"|{_DAY}(?: (?:morning|afternoon|evening|night))?)"
)
"""A date as it stands after "in" or "on", in words joined with single spaces."""

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety)(?:\.\d+)?(?: (?:hundred|thousand|million|billion))?"
)

# A count of things that a question can ask for.
COUNT = re.compile(
    r"(?P<n>(?:(?:about|around|approximately|nearly|over|some|almost|more than|at least) )?"
    rf"{NUMBER}) (?P<things>(?:[a-z-]+ ){{0,2}}(?:[a-z]{{3,}}s|people|men|women|children))"
    r"(?=$| ?[,;.]| (?:and|in|with|of|on|for|to|from|at)\b)"
)
# What is counted so tells how long something took, or how often.
NOT_COUNTED = frozenset("years months weeks days hours minutes times centuries decades".split())

# Nouns for what a person is or does, by which an apposition is told to be about a person.
PERSON_NOUNS = frozenset(
    """activist actor actress adviser advisor admiral ambassador anthropologist apologist
    archaeologist archbishop architect artist astronaut astronomer athlete author bishop
    biographer biologist botanist boxer broadcaster brother builder captain businessman
    businesswoman cardinal chairman chairwoman chancellor chemist chief clergyman coach colonel
    comedian commander commentator commissioner composer conductor congressman congresswoman
    co-founder critic cricketer dancer daughter dean designer diplomat director dramatist
    drummer economist editor educator emperor empress engineer entertainer entrepreneur essayist
    executive explorer farmer father feminist filmmaker footballer founder general geographer
    geologist golfer governor guitarist historian host husband industrialist inventor journalist
    judge justice king lawyer leader lecturer librarian lieutenant linguist lobbyist manager
    mathematician mayor merchant minister missionary mother musician naturalist neuroscientist
    novelist nun nurse official officer painter pastor philanthropist philosopher photographer
    physician physicist pianist pilot playwright poet politician pope preacher president priest
    prince princess principal producer professor programmer prosecutor psychiatrist psychologist
    queen rapper reformer reporter representative researcher revolutionary ruler sailor saint
    scholar scientist screenwriter sculptor secretary senator settler singer sister skater
    sociologist soldier songwriter spokesman spokesperson spokeswoman statesman strategist
    student surgeon surveyor swimmer teacher theologian theorist translator treasurer trumpeter
    violinist virtuoso writer zoologist""".split()
)
# Titles that stand right before the name of a person.
TITLES = frozenset(
    """President Minister Secretary Chancellor Senator Sen. Governor Gov. Mayor Congressman
    Congresswoman Representative Rep. Ambassador Director Chairman Chairwoman Commissioner
    Commander General Gen. Colonel Col. Captain Capt. Lieutenant Lt. Major Maj. Sergeant Sgt.
    Admiral Adm. Brig. Professor Prof. Dr. Judge Justice King Queen Prince Princess Emperor
    Empress Pope Bishop Archbishop Cardinal Sir Lord Lady Saint St. Mr. Mrs. Ms. Spokesman
    Spokeswoman Coach Premier Doctor Vice-President""".split()
)
# Capitalised, and still no name: many institutions are called so by those who know which.
COMMON_CAPITALS = frozenset(
    """University College School Church Council Act Queen King President Government Party Court
    Company Committee Club Army Navy Convention Constitution Treaty Empire Republic Kingdom
    State States Union City Town Museum Park Bridge Village Emperor Duke Bishop Pope Department
    Ministry Board House Senate Commission Crown Series Games Revolution War Conference League
    Cup Center Centre Institute Library Society Hall Palace Cathedral Castle Tower River County
    Province District Region Island Prime Minister Secretary General Governor Mayor Foreign
    Defense Defence Supreme Parliament Assembly Congress Cabinet Act Bill Law Charter
    Declaration Agency Authority Bureau Office Service Force Forces Corporation Group Bank
    Association Federation Foundation Trust Academy Order Street Road Avenue Station Airport
    Line Prince Princess Captain Colonel Major Commander Director Chairman Professor Senator
    Chancellor Premier Bible Book Chapter Section Part Figure Table Earl Baron Count Lord Lady
    First Second Third Fourth Fifth National Royal Imperial Great Grand High New Old North South
    East West Northern Southern Eastern Western Central January February March April May June
    July August September October November December Monday Tuesday Wednesday Thursday Friday
    Saturday Sunday American British French German Russian Chinese Japanese Spanish Portuguese
    Italian Greek Roman Indian European African Asian Christian Catholic Protestant Muslim
    Jewish Soviet Democratic Republican Communist Federal Code Electric Motors Services
    Administration Expressway Highway Boulevard Hotel Schools Stadium Dam Mountain Mountains
    Valley Bay Hills Lake Ventures Records Films Pictures Studios Press News Times Journal Post
    Theatre Theater Hospital Garden Gardens Square Estate House Building""".split()
)


# Participles that say nothing without what follows them: "was admitted", and where to?
INCOMPLETE = frozenset(
    """admitted added named taken put given made brought moved sent set cut kept paid read shown
    sold offered placed listed assigned granted awarded transferred appointed ranked rated
    introduced extended divided used turned led drawn driven held""".split()
)


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeou":
        return base[:-1] + "ied"
    return base + "ed"


BASE_OF_PAST = {_past(base): base for base in [*_REGULAR, *_INTRANSITIVE]} | _IRREGULAR_PAST
"""The past tense of a verb to the form that stands after "did"."""

WITHOUT_OBJECT = frozenset(map(_past, _INTRANSITIVE)) | _INTRANSITIVE_PAST
"""Past tenses after which no object need stand."""

WITH_OBJECT = frozenset(map(_past, _REGULAR)) | (
    frozenset(_IRREGULAR_PAST) - {"came", "occurred", "reigned", "rose", "spoke"}
)
"""Past tenses after which an object may stand."""


def is_participle(word: str) -> bool:
    """Whether a word after a form of "be" is the participle of a verb, as far as is certain."""
    if word in _NO_PARTICIPLES or not word.islower() or not word.isalpha():
        return False
    return word in _PARTICIPLES or (len(word) > 4 and word.endswith("ed"))


def is_past(word: str) -> bool:
    """Whether a word looks like a past tense or a participle, also of a verb unknown here."""
    return (
        word in _PARTICIPLES
        or word in BASE_OF_PAST
        or (len(word) > 4 and word.endswith("ed") and word.islower())
    )


def date_after(words: str) -> re.Match[str] | None:
    """The date that a text begins with after "in" or "on", where nothing is named after it.

    The group `date` has the preposition; "in the 1990 World Cup" has no date.
    """
    return _DATE_AFTER.match(words)


_DATE_AFTER = re.compile(
    rf"(?P<date>(?:in|on|around|circa) {DATE})(?= ?$| ?[,;:]| (?:by|with|at|as|to|for|after"
    r"|before|when|and|in|from|on|under|following|during|over|because|but|while|where|through|near"
    r"|against|that|due|until|then|having|making)\b)",
)
