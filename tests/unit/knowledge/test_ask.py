"""Questions in people's own words, and the answer that each gets, or that it gets none."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abreast.knowledge import AnswerEntry, GlossaryEntry, Knowledge, load_knowledge
from abreast.knowledge.ask import FLOOR, Asker, reading
from abreast.vocabulary import Vocabulary

QUESTIONS = """
    feeling down and crying                                       | am_i_depressed
    my legs feel weak and my back hurts                           | back_pain_and_weak_legs
    suddenly my legs don't work                                   | back_pain_and_weak_legs
    what is a biosimilar                                          | biosimilar
    it is in my bones, will they break                            | bone_spread
    how is spread to bone treated                                 | bone_spread
    spread to spine treatment                                     | bone_spread
    cancer in the brain symptoms                                  | brain_spread
    do I need brain scans                                         | brain_spread
    is gene testing going to affect life insurance                | can_a_gene_test_hurt_insurance
    is it ok to drink wine                                        | can_i_drink_alcohol
    can I have an alchoholic drink                                | can_i_drink_alcohol
    can I still have a glass of wine with dinner                  | can_i_drink_alcohol
    is tofu ok                                                    | can_i_eat_soy
    is exercise ok with bone mets                                 | can_i_exercise
    do I need birth control on tamoxifen                          | can_i_get_pregnant_on_treatment
    can I freeze my eggs                                          | can_i_have_children_later
    can women keep a breast implant after radiation               | can_i_have_reconstruction
    is sex safe                                                   | can_i_have_sex
    can I quit the study                                          | can_i_leave_a_trial
    turmeric supplements during chemo                             | can_i_take_supplements
    is vitamin C bad during chemotherapy                          | can_i_take_supplements
    can I fly to see my sister                                    | can_i_travel
    going on holiday by plane                                     | can_i_travel
    is weed ok for nausea                                         | can_i_use_cannabis
    is CBD oil good against cancer                                | can_i_use_cannabis
    can they fire me                                              | can_i_work
    do I have to tell my employer                                 | can_i_work
    can I work full time during chemo                             | can_i_work
    could my daughters get breast cancer too                      | can_my_daughter_get_it
    do I have to get my kids tested                               | can_my_daughter_get_it
    my mum worries she gave me the gene                           | can_my_daughter_get_it
    why chemo before my operation                                 | chemo_before_surgery
    chemo fog, I forget words                                     | chemo_brain
    memory is terrible since chemo                                | chemo_brain
    what is right to try                                          | compassionate_use
    did stress give me cancer                                     | did_i_cause_this
    how do I get disability                                       | disability_pay
    medicare and social security disability waiting period        | disability_pay
    compassionate allowance                                       | disability_pay
    will the biopsy make it spread                                | does_biopsy_spread
    is a needle biopsy dangerous can it spread                    | does_biopsy_spread
    does sugar make tumors grow                                   | does_sugar_feed_cancer
    why do they call it stage 4 if it came back after stage 1     | does_the_stage_change
    what does ECOG 2 mean                                         | ecog
    temperature of 101 at night                                   | fever
    I have chills and 100.9                                       | fever
    what is oligometastatic disease                               | few_spots
    just one spot in the liver, can it be cut out                 | few_spots
    grapefruit and palbociclib                                    | grapefruit
    what foods should I avoid on Verzenio                         | grapefruit
    who will help my husband, he looks after me                   | help_for_caregivers
    night sweats from anastrozole                                 | hot_flashes
    which clinical trials can I join                              | how_do_i_join_a_trial
    telling the kids                                              | how_do_i_tell_my_children
    the pain in my hip is terrible                                | how_is_pain_treated
    will this kill me                                             | how_long_do_i_have
    how many years have I got left                                | how_long_do_i_have
    what are the odds I survive five years                        | how_long_do_i_have
    how much time do I have                                       | how_long_do_i_have
    how often do I need CT scans                                  | how_often_scans
    how frequently are scans done                                 | how_often_scans
    my insurer denied the scan                                    | insurance_says_no
    denied by insurance for a PET                                 | insurance_says_no
    prior authorization was rejected                              | insurance_says_no
    can my husband catch it from me                               | is_cancer_contagious
    is stage 3 fatal                                              | is_stage_3_curable
    is there any cure for stage iv?                               | is_stage_4_curable
    is metastatic disease ever cured                              | is_stage_4_curable
    can stage 4 breast cancer ever go away                        | is_stage_4_curable
    where are other women with stage 4                            | meet_others
    support group metastatic                                      | meet_others
    I'm a man, do men get this                                    | men_and_breast_cancer
    breast cancer in males                                        | men_and_breast_cancer
    missed my tablet this morning                                 | missed_pill
    I threw up my capecitabine pill                               | missed_pill
    mouth ulcers                                                  | mouth_sores
    uninsured, what now                                           | no_insurance
    tingling in my fingers                                        | numb_hands_and_feet
    burning feet after taxol                                      | numb_hands_and_feet
    can antibiotics interact with Kisqali                         | other_medicines
    what is pCR                                                   | pcr
    I'm pregnant and just diagnosed                               | pregnancy
    chemo while expecting a baby                                  | pregnancy
    is one radiation treatment enough for bone pain               | radiation_for_bone_pain
    what is RECIST                                                | recist
    freezing the scalp to keep hair                               | scalp_cooling
    cold caps worth it?                                           | scalp_cooling
    scared of scan results                                        | scan_fear
    scanxiety help                                                | scan_fear
    what is a sentinel node                                       | sentinel_node
    can't catch my breath                                         | short_of_breath
    coughing blood                                                | short_of_breath
    how do I ask for a second opinion without upsetting my doctor | should_i_get_a_second_opinion
    what if my oncologist is offended by a second opinion         | should_i_get_a_second_opinion
    BRCA test needed?                                             | should_i_have_genetic_testing
    swollen arm after node removal                                | swollen_arm
    I feel like killing myself                                    | thoughts_of_ending_my_life
    I want to die                                                 | thoughts_of_ending_my_life
    nobody would care if I died                                   | thoughts_of_ending_my_life
    can I get a covid shot                                        | vaccines
    flu vaccine while on chemo                                    | vaccines
    vaginal dryness                                               | vaginal_dryness
    painful intercourse on letrozole                              | vaginal_dryness
    what is phase II                                              | what_are_trial_phases
    what is a phase one trial                                     | what_are_trial_phases
    my CA 27.29 is rising                                         | what_are_tumor_markers
    tumour marker went up should I panic                          | what_are_tumor_markers
    what happens if I refuse treatment                            | what_if_i_stop
    can I take a break from chemo                                 | what_if_i_stop
    what is a CDK4/6 inhibitor                                    | what_is_a_cdk_inhibitor
    what's second line treatment                                  | what_is_a_line
    what comes after first line                                   | what_is_a_line
    guardant blood test                                           | what_is_a_liquid_biopsy
    do I need a port for chemo                                    | what_is_a_port
    does the port hurt                                            | what_is_a_port
    is swimming with a port allowed                               | what_is_a_port
    what is a VUS                                                 | what_is_a_vus
    my report says variant of unknown significance                | what_is_a_vus
    what is enhertu                                               | what_is_an_adc
    what's her2 low                                               | what_is_her2_low
    HER-2 1+ what is that                                         | what_is_her2_low
    her2 two plus but FISH negative                               | what_is_her2_low
    what is ultralow her2                                         | what_is_her2_ultralow
    my tumor is ER positive what does that tell me                | what_is_hormone_positive
    does hospice mean giving up                                   | what_is_hospice
    when should I call hospice                                    | what_is_hospice
    can I get Keytruda                                            | what_is_immunotherapy
    is inflammatory breast cancer dangerous                       | what_is_inflammatory
    what is lobular cancer                                        | what_is_lobular
    what does NED stand for                                       | what_is_ned
    palliative care vs hospice                                    | what_is_palliative_care
    my scan says progressive disease                              | what_is_progression
    what does stable disease mean                                 | what_is_progression
    metastisis meaning                                            | what_is_stage_4
    which treatment should I pick                                 | what_is_this_tool
    what does tnbc mean                                           | what_is_triple_negative
    what does it mean that my receptors are all negative          | what_is_triple_negative
    should I try a ketogenic diet                                 | what_should_i_eat
    should I fast before chemo                                    | what_should_i_eat
    I can't afford Ibrance                                        | what_will_it_cost
    help paying for drugs                                         | what_will_it_cost
    does my insurance cover a clinical trial                      | who_pays_for_a_trial
    who makes decisions when I am unconscious                     | who_speaks_for_me
    tooth extraction while on Xgeva                               | why_a_dentist
    no energy at all                                              | why_am_i_so_tired
    why repeat the biopsy                                         | why_biopsy_again
    why did my pills quit working                                 | why_did_it_stop_working
    why won't they operate on me                                  | why_no_surgery
    what is ovarian suppression                                   | why_rest_the_ovaries
    I feel sick all day from treatment                            | will_i_feel_sick
    will they give me a sugar pill in the study                   | will_i_get_a_placebo
    do people in trials get fake pills                            | will_i_get_a_placebo
    does chemo make you bald                                      | will_i_lose_my_hair
    am I going to lose my hair                                    | will_i_lose_my_hair
    do I lose my hair on ribociclib                               | will_i_lose_my_hair
    will morphine make me an addict                               | will_opioids_make_me_addicted
    is oxycodone addictive                                        | will_opioids_make_me_addicted
"""
"""What somebody might type, and the id of the answer (or word) that must come first."""

OFF_SUBJECT = """
    what is the capital of France
    how do I fix my car engine
    best pizza recipe
    asdf qwer zxcv
    who won the world cup
    how do I cook pasta
    bitcoin price tomorrow
    can you write me a poem about dogs
    what is the weather in Boston
    when does the football season start
    how to treat lung cancer in dogs
    recipe for chocolate cake
    how tall is mount everest
    why is the sky blue
    my laptop will not start
    who is the president
    translate hello into German
    how do I change a tire
    prostate surgery recovery time
    how do I treat a broken arm
    stock market today
    lorem ipsum dolor sit amet
    how do I bake bread
    what time is it in Tokyo
    tell me a joke
    how do I reset my password
    who wrote Hamlet
    is it going to rain
    how to train a puppy
    cheap hotels in Paris
    what is 12 times 9
    how do I plant tomatoes
    how to remove a wine stain
"""
"""What no answer here is about: nothing may be made up."""

DESPAIR = """
    I want to die
    i don't want to live anymore
    I keep thinking about killing myself
    they would be better off without me
    I just want to end it all
    I want to hurt myself
"""
"""However it is said, the first thing shown is whom to call."""

PREGUNTAS = """
    se me va a caer el pelo                         | will_i_lose_my_hair
    ¿Voy a perder el cabello con la quimio?         | will_i_lose_my_hair
    cuanto tiempo me queda de vida                  | how_long_do_i_have
    el doctor no me dice cuánto me queda            | how_long_do_i_have
    tengo calentura, ¿qué hago?                     | fever
    traigo calentura desde anoche                   | fever
    tengo 38.5 de temperatura                       | fever
    estoy muy cansada todo el día                   | why_am_i_so_tired
    no tengo fuerzas para nada                      | why_am_i_so_tired
    mi aseguranza no quiere pagar el estudio        | insurance_says_no
    el seguro me nego la medicina                   | insurance_says_no
    no tengo papeles ni seguro                      | no_insurance
    puedo tomar te de hierbas                       | can_i_take_supplements
    puedo usar remedios caseros                     | can_i_take_supplements
    puedo echarme una cerveza                       | can_i_drink_alcohol
    me dan bochornos en la noche                    | hot_flashes
    se me duermen los dedos de los pies             | numb_hands_and_feet
    me duelen mucho los huesos                      | how_is_pain_treated
    me duele la cadera                              | how_is_pain_treated
    ¿qué es triple negativo?                        | what_is_triple_negative
    salió negativo en todo, receptores negativos    | what_is_triple_negative
    que significa her2 bajo                         | what_is_her2_low
    ¿tiene cura la etapa IV?                        | is_stage_4_curable
    ya me volvió el cáncer, qué etapa es            | does_the_stage_change
    se me regó a los huesos                         | bone_spread
    se me paso a la cabeza el cancer                | brain_spread
    se me fue al hígado, ¿se puede operar?          | few_spots
    le puede dar cáncer a mi hija                   | can_my_daughter_get_it
    como le digo a mis hijos                        | how_do_i_tell_my_children
    me pueden correr del trabajo                    | can_i_work
    tengo derecho a incapacidad                     | disability_pay
    no me alcanza para pagar mis medicinas          | what_will_it_cost
    cómo entro a un estudio clínico                 | how_do_i_join_a_trial
    me quiero salir del estudio                     | can_i_leave_a_trial
    me van a dar pastillas de azúcar                | will_i_get_a_placebo
    me falta el aire                                | short_of_breath
    olvidé tomar mi pastilla ayer                   | missed_pill
    que puedo comer durante el tratamiento          | what_should_i_eat
    el azucar hace que crezca el tumor              | does_sugar_feed_cancer
    tengo llagas en la boca                         | mouth_sores
    por qué no me operan                            | why_no_surgery
    por que primero quimio y luego operacion        | chemo_before_surgery
    me da mucho asco la comida, vomito              | will_i_feel_sick
    se me olvida todo desde la quimio               | chemo_brain
    mi brazo está hinchado                          | swollen_arm
    ¿me puedo vacunar contra la gripe?              | vaccines
    pedir otra opinión a otro médico                | should_i_get_a_second_opinion
    qué pasa si ya no quiero quimio                 | what_if_i_stop
    por qué dejó de funcionar mi medicina           | why_did_it_stop_working
    la morfina me va a hacer adicta                 | will_opioids_make_me_addicted
    le puedo pegar el cáncer a mi esposo            | is_cancer_contagious
    estoy triste y lloro mucho                      | am_i_depressed
    me siento sola con esto                         | meet_others
    ¿por qué a mí?                                  | did_i_cause_this
    resequedad al tener relaciones                  | vaginal_dryness
    quién decide por mí si no puedo hablar          | who_speaks_for_me
    qué es el ganglio centinela                     | sentinel_node
    me subió el CA 15-3                             | what_are_tumor_markers
    que es enhertu                                  | what_is_an_adc
"""
"""What somebody might type in Spanish, with and without accents; the answer must be among the first three."""

OTRA_COSA = """
    cuál es la capital de francia
    receta de pastel de chocolate
    quién ganó el mundial
    como arreglo el motor de mi coche
    que tiempo hace en boston
    ¿cuánto cuesta un coche?
    asdf qwer zxcv
    precio del bitcoin hoy
    cuéntame un chiste
    a qué hora abre el banco
    cómo entreno a mi perro
    cancer de prostata en perros
    como hago pan casero
    hoteles baratos en paris
    quien escribio el quijote
    como cambio una llanta
    cuanto es 12 por 9
    mi computadora no prende
    va a llover mañana
    cuándo empieza la temporada de futbol
    quién es el presidente
"""

DESESPERANZA = """
    ya no quiero vivir
    me quiero morir
    Quiero matarme
    a veces pienso que estarían mejor sin mí
    no quiero seguir viviendo así
    me quiero hacer daño
    prefiero morirme
"""


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return load_knowledge(vocabulary, "en")


@pytest.fixture(scope="module")
def asker(knowledge: Knowledge) -> Asker:
    return Asker(knowledge)


@pytest.fixture(scope="module")
def spanish(vocabulary: Vocabulary) -> Asker:
    return Asker(load_knowledge(vocabulary, "es"))


@pytest.fixture(params=["en", "es"])
def either(request: pytest.FixtureRequest, vocabulary: Vocabulary) -> tuple[Asker, Knowledge]:
    """Both languages: one that asks, and what it knows."""
    fixture = {"en": "asker", "es": "spanish"}[request.param]
    return request.getfixturevalue(fixture), load_knowledge(vocabulary, request.param)


def _lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def _rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in line.split("|")) for line in _lines(table)]


@pytest.mark.parametrize(("question", "wanted"), _rows(QUESTIONS))
def test_a_question_in_other_words_finds_its_answer(asker: Asker, question: str, wanted: str) -> None:
    best = asker.ask(question).best
    assert best is not None
    assert best.entry.id == wanted
    assert best.agreement >= FLOOR


@pytest.mark.parametrize(("question", "wanted"), _rows(PREGUNTAS))
def test_a_question_in_spanish_finds_its_answer(spanish: Asker, question: str, wanted: str) -> None:
    reply = spanish.ask(question)
    assert reply.best is not None
    assert wanted in [one.entry.id for one in (reply.best, *reply.others)][:3]


def test_most_questions_in_spanish_find_their_answer_first(spanish: Asker) -> None:
    rows = _rows(PREGUNTAS)
    first = [wanted for question, wanted in rows if (best := spanish.ask(question).best) and best.entry.id == wanted]
    assert len(first) >= 0.85 * len(rows)


@pytest.mark.parametrize("question", _lines(OTRA_COSA))
def test_a_question_in_spanish_about_something_else_has_no_answer(spanish: Asker, question: str) -> None:
    assert spanish.ask(question).best is None


@pytest.mark.parametrize("words", _lines(DESESPERANZA))
def test_thoughts_of_ending_ones_life_come_first_in_spanish_too(spanish: Asker, words: str) -> None:
    best = spanish.ask(words).best
    assert best is not None
    assert best.entry.id == "thoughts_of_ending_my_life"


def test_accents_and_capitals_do_not_matter(spanish: Asker) -> None:
    with_accents, without = spanish.ask("¿Qué es la metástasis ósea?"), spanish.ask("QUE ES LA METASTASIS OSEA")
    assert with_accents.best is not None
    assert with_accents.best == without.best


@pytest.mark.parametrize("question", _lines(OFF_SUBJECT))
def test_a_question_about_something_else_has_no_answer(asker: Asker, question: str) -> None:
    reply = asker.ask(question)
    assert reply.best is None
    assert reply.question == question


@pytest.mark.parametrize("words", _lines(DESPAIR))
def test_thoughts_of_ending_ones_life_come_first(asker: Asker, words: str) -> None:
    best = asker.ask(words).best
    assert best is not None
    assert best.entry.id == "thoughts_of_ending_my_life"
    assert isinstance(best.entry, AnswerEntry)
    assert "988" in best.entry.answer[0].text


def test_every_way_of_asking_finds_its_own_answer(either: tuple[Asker, Knowledge]) -> None:
    asker, knowledge = either
    lost = []
    for entry in knowledge.answers:
        for question in (entry.question, *entry.also_asked):
            reply = asker.ask(question)
            found = [one for one in (reply.best, *reply.others) if one]
            if not found or not any(one.entry is entry and one.agreement == found[0].agreement for one in found):
                lost.append((entry.id, question, [one.entry.id for one in found]))
    assert lost == []


def test_every_word_of_the_glossary_is_found(either: tuple[Asker, Knowledge]) -> None:
    asker, knowledge = either
    what = "¿Qué es" if knowledge.language == "es" else "What is"
    lost = []
    for entry in knowledge.glossary:
        reply = asker.ask(f"{what} {entry.term}?")
        if entry not in [one.entry for one in (reply.best, *reply.others) if one]:
            lost.append((entry.id, reply.best and reply.best.entry.id))
    assert lost == []


def test_an_answer_comes_before_a_word_that_agrees_as_well(asker: Asker) -> None:
    reply = asker.ask("What is HER2-low?")
    assert reply.best is not None
    assert isinstance(reply.best.entry, AnswerEntry)
    assert any(isinstance(one.entry, GlossaryEntry) and one.entry.id == "her2_low" for one in reply.others)


def test_spanish_words_of_the_glossary_are_found(asker: Asker) -> None:
    best = asker.ask("metástasis ósea").best
    assert best is not None
    assert best.entry.id == "bone_metastasis"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What is the HER-2 status?", ["her2", "status"]),
        ("HER2/neu", ["her2"]),
        ("Stage IV", ["stage4"]),
        ("stage four", ["stage4"]),
        ("I don’t want to live", ["suicide"]),
        ("mets", ["metastasis"]),
        ("How do I do this?", []),
        ("", []),
    ],
)
def test_the_words_that_count(text: str, words: list[str]) -> None:
    assert reading().words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿Cuándo me operarán?", ["operacion"]),  # a form that no row has, by its stem
        ("Estadio IV", ["etapa4"]),
        ("¿Se me caerá el CABELLO?", ["caera", "pelo"]),
        ("¿Qué me pasa?", []),
    ],
)
def test_the_words_that_count_in_spanish(text: str, words: list[str]) -> None:
    assert reading("es").words(text) == words


@given(st.text(max_size=400))
@example('"')
@example("AND OR NOT NEAR(a b) * ^ : -")
@example("words : stage\x00'; DROP TABLE phrases; --")
@example("\ud7ff" * 50)
@example("ſtage 4 İ")
def test_any_text_gets_a_reply(asker: Asker, text: str) -> None:
    reply = asker.ask(text)
    assert reply.question == text
    found = [one for one in (reply.best, *reply.others) if one]
    assert all(0 < one.agreement <= 1 for one in found)
    assert [one.agreement for one in found] == sorted((one.agreement for one in found), reverse=True)
    assert reply.best is None or reply.best.agreement >= FLOOR


def test_a_spanish_question_is_understood_while_the_app_speaks_english() -> None:
    def entry(name: str, question: str, *others: str) -> AnswerEntry:
        return AnswerEntry(
            id=name, reviewed="2026-11-21", review_due="2027-05-21", question=question, also_asked=others, answer=()
        )

    asker = Asker(
        Knowledge(
            references={},
            answers=(
                entry("fever", "Tengo fiebre. ¿Qué hago?", "¿Qué hago si tengo fiebre?"),
                entry("hair", "¿Se me va a caer el cabello?", "¿Voy a perder el pelo?"),
            ),
        )
    )
    for question, found in (("que debo hacer con la fiebre", "fever"), ("¿perderé todo mi pelo?", "hair")):
        reply = asker.ask(question)
        assert reply.best is not None
        assert reply.best.entry.id == found
    assert asker.ask("¿Cuánto cuesta un coche?").best is None
