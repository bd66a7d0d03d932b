"""Setting up on screen: every part of a configuration, its bad values, two officers at once."""

import html
import re

import pytest

from elections.demo.staging import OFFICER
from elections.registry import configuration, elections, journal
from elections.rules import parts
from elections.rules.models import load
from elections.web.setup.screens import DATE, ELECTION, OF_CONTEST
from tests.doors.world import CLOSING, DRAFTED, OPENING
from tests.web.site import Site
from tests.web.test_public import text


@pytest.fixture
def site(drafted):
    """The site while elections are prepared."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def commission(site):
    """An election of the commission, by its uuid."""
    with site.world.store.registry.begin() as session:
        return elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING).uuid


@pytest.fixture
def desk(site, commission):
    """The office at work on that election."""
    return Desk(site, commission)


class Desk:
    """An officer's browser at the pages of one election; `page` gives a form as a browser would send it."""

    def __init__(self, site, uuid):
        self.site, self.uuid, self.client = site, uuid, site.desk("officer")
        self.path = f"/bureau/election/{uuid}/reglages"

    def contest(self, key):
        """The uuid of a contest."""
        with self.site.world.store.registry_reader() as session:
            return next(item.uuid for item in elections.find(session, self.uuid).contests if item.key == key)

    def table(self):
        """The configuration as it stands."""
        with self.site.world.store.registry_reader() as session:
            return configuration.read(elections.find(session, self.uuid)).table

    def acts(self):
        """The journal."""
        with self.site.world.store.registry_reader() as session:
            return journal.entries(session, self.uuid)

    def page(self, path):
        """The form of a page, as a browser would send it."""
        return fields(self.client.get(f"{self.path}/{path}").text)

    def send(self, path, page, sure=True, **changed):
        """Send a form with other values; None takes a value away."""
        given = {name: value for name, value in {**page, **changed}.items() if value is not None}
        return self.client.send(f"{self.path}/{path}", **({"sure": "1"} if sure else {}) | given)


def fields(page):
    """What a browser would send of the page's own form: the one that carries what was seen."""
    form = re.search(r'<form method="post" novalidate>.*?</form>', page, re.DOTALL)
    assert form, text(type("Page", (), {"text": page}))
    found: dict[str, object] = {}

    def put(name, value):
        found[name] = value if name not in found else [*_many(found[name]), value]

    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = dict(re.findall(r'(\S+?)="([^"]*)"', tag))
        if given.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        put(given["name"], html.unescape(given.get("value", "")))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form[0], re.DOTALL):
        put(name, html.unescape(value))
    found.pop("csrf_token")
    return found


def _many(value):
    return value if isinstance(value, list) else [value]


# --- Every page --------------------------------------------------------------------------------------


def test_every_page_of_every_contest_opens_and_sent_as_it_is_changes_nothing(desk):
    seen, todo = set(), [desk.path]
    while todo:
        path = todo.pop()
        answer = desk.client.get(path)
        assert answer.status_code == 200, (path, text(answer))
        seen.add(path)
        links = [
            html.unescape(link)
            for link in re.findall(r'href="(/bureau/election/[^"#?]*/reglages[^"#?]*)"', answer.text)
        ]
        todo += [link for link in links if link not in seen and link not in todo]
    before, lines = desk.table(), len(desk.acts())
    pages = [path.removeprefix(f"{desk.path}/") for path in seen if 'name="seen"' in desk.client.get(path).text]
    assert len(pages) == len(ELECTION) + 2 + 7 * len(OF_CONTEST)
    for path in pages:
        answer = desk.send(path, desk.page(path))
        assert answer.status_code == 303, (path, text(answer))
    assert desk.table() == before
    assert len(desk.acts()) == lines


CHANGES: dict[str, tuple[dict, str]] = {
    "intitule": ({"title": "Une autre élection", "rehearsal": "y"}, "settings"),
    "delai": ({"minutes": "20", "seconds": "30"}, "settings"),
    "detenteurs": ({"delegates": "5", "threshold_2": "3"}, "policy"),
    "lots": ({"keep_back": "10", "every": "900"}, "settings"),
    "controle": ({"audience": ["president", "elector"]}, "settings"),
    "serveurs": ({"issuers": "etat\ndelegues", "urn": "urne", "group": "BELENIOS-2048"}, "settings"),
    "textes": ({"sources": "un texte\n\nun autre", "not_found": ""}, "settings"),
    "cadre": ({"territory": "reunion", "months": "", "days": "", "article": ""}, "calendar"),
    "heures": ({"opening_day": "2026-02-05"}, "calendar"),
    "echeances/general-roll": ({"count": "1", "unit": "month", "way": "before"}, "calendar"),
}


@pytest.mark.parametrize("path", CHANGES)
def test_a_part_of_the_election_is_changed_and_told_to_the_journal(desk, path):
    changed, act = CHANGES[path]
    page = desk.page(path)
    answer = desk.send(path, page, **changed)
    assert answer.status_code == 303, text(answer)
    for name, value in changed.items():
        # A text area may end its lines as it likes.
        sent = "\n".join(line for line in value.splitlines() if line) if isinstance(value, str) else value
        assert desk.page(path).get(name, "") == sent
    last = desk.acts()[-1]
    assert last.act == act
    assert last.details["old"] != last.details["new"]


CONTEST_CHANGES: dict[str, dict] = {
    "scrutin": {"title": "Une liste", "college": "Un collège", "key": "liste", "articles": "art. 1\nart. 2"},
    "mode": {"method": "highest_average", "seats": "8"},
    "parametres": {"bar_part": "5", "bar_whole": "100", "base": "valid", "names_least": "4", "names_most": "12"},
    "electeurs": {"positions": "activité", "situations": "", "nowhere": "", "assumed": None},
    "depot": {"filed_by": "union"},
    "noms": {"full": "10", "least": "2/3", "even": "y", "article": "art. 9", "assumed": None},
    "mentions": {"given": ["sex", "court"]},
    "suppleance": {"stated": None},
    "parite": {"rounding": "nearest"},
    "une-par-syndicat": {"article": "art. 3"},
    "une-par-personne": {"stated": None},
    "signature": {"stated": "y", "article": "art. 4"},
    "delegue": {"assumed": "y"},
    "inscription": {"article": "art. 5"},
    "ineligibilites": {"situations_1": "", "article_1": "", "situations_5": "exclusion", "article_5": "art. 6"},
    "fin-du-depot": {"count": "6", "unit": "weeks"},
    "recevabilite": {"by": "board", "days": ""},
    "correction": {"unmended": "struck", "days": "4"},
}


@pytest.mark.parametrize("slug", CONTEST_CHANGES)
def test_a_part_of_a_contest_is_changed(desk, slug):
    path = f"scrutins/{desk.contest('s1')}/{slug}"
    answer = desk.send(path, desk.page(path), **CONTEST_CHANGES[slug])
    assert answer.status_code == 303, text(answer)
    after = desk.page(path)
    if slug == "ineligibilites":
        rows = [after[f"situations_{row}"] for row in range(1, 7)]
        assert rows[:4] == ["exclusion temporaire de fonctions", "incapacité de l'article L. 6 du code électoral",
                            "mandat déjà exercé", "exclusion"]  # fmt: skip
        assert rows[4:] == ["", ""]
        return
    for name, value in CONTEST_CHANGES[slug].items():
        assert after.get(name) == value


def test_every_part_is_tested():
    assert CHANGES.keys() == ELECTION.keys() | {"echeances/general-roll"}
    assert CONTEST_CHANGES.keys() == OF_CONTEST.keys()
    screens = (*ELECTION.values(), *OF_CONTEST.values(), DATE)
    assert {screen.part for screen in screens} == parts.PARTS.keys()


# --- Bad values --------------------------------------------------------------------------------------

_TAKEN = "premier président d'une cour d'appel"
BAD = [
    ("intitule", {"title": ""}, "Saisissez l’intitulé de l’élection."),
    ("intitule", {"title": "x" * 401}, "Une ligne de texte compte au plus 400 caractères."),
    ("intitule", {"title": "Élection\u202e noitcelE"}, "caractères invisibles"),
    ("intitule", {"title": "a\x07b"}, "Une ligne de texte"),
    ("delai", {"minutes": "-1"}, "De 0 à 1440 minutes."),
    ("delai", {"minutes": "1_0"}, "De 0 à 1440 minutes."),
    ("delai", {"minutes": "١٢"}, "De 0 à 1440 minutes."),
    ("delai", {"minutes": "1440", "seconds": "1"}, "Minutes : valeur hors des limites."),
    ("detenteurs", {"delegates": "2"}, "Seuil du deuxième groupe : seuil de 2 pour 2 détenteurs"),
    ("detenteurs", {"threshold_1": "2"}, "Seuil du premier groupe : seuil de 2 pour 2 détenteurs"),
    ("detenteurs", {"threshold_3": "1"}, "Remplissez ce champ."),
    ("detenteurs", {"delegates": "51"}, "De 0 à 50 délégués."),
    ("lots", {"publish_at": "39"}, "publish_at vaut au moins deux fois keep_back"),
    ("lots", {"every": "0"}, "De 1 à 86 400 secondes."),
    ("controle", {"audience": None}, "Choisissez au moins un destinataire."),
    ("controle", {"audience": "clock"}, "Choisissez au moins un destinataire."),
    ("serveurs", {"issuers": ""}, "Remplissez ce champ."),
    ("serveurs", {"issuers": "a\na"}, "« a » figure deux fois"),
    ("serveurs", {"issuers": "../x"}, "n’a pas la forme attendue"),
    ("serveurs", {"group": "RSA"}, "Choisissez une réponse."),
    ("textes", {"sources": "\n".join("a" * 101)}, "Au plus 100 lignes."),
    ("cadre", {"months": "5", "days": ""}, "Remplissez ce champ."),
    ("cadre", {"territory": "atlantide"}, "Choisissez une réponse."),
    ("heures", {"closing_day": "2026-02-07"}, "un vote par internet dure de 72 heures à 8 jours"),
    ("heures", {"closing_day": "2026-02-01"}, "doit précéder la clôture"),
    ("heures", {"opening_day": "demain"}, "Indiquez le jour d’ouverture."),
    ("heures", {"opening_day": "2026-03-29", "opening_hour": "02:30"}, "n’existe pas à Paris"),
    ("echeances/general-roll", {"count": "1000"}, "De 1 à 999, ou rien."),
    ("echeances/general-roll", {"count": "3", "unit": "clear day", "way": "before"}, "Unité : « -3 clear days »"),
    ("echeances/general-roll", {"article": ""}, "Indiquez le texte sur lequel"),
    ("s1/scrutin", {"key": "S 1"}, "Clé : « S 1 »"),
    ("s1/scrutin", {"key": "s2a"}, "Clé : « s2a » figure deux fois."),
    ("s1/scrutin", {"college": "  "}, "Saisissez le collège."),
    ("s1/mode", {"method": "plurality"}, "ce mode de scrutin pourvoit un seul siège, et non 6"),
    ("s1/mode", {"seats": "0"}, "De 1 à 1 000 sièges."),
    ("s1/mode", {"method": "au hasard"}, "Choisissez un mode de scrutin."),
    ("s2a/mode", {"method": "majority_two_rounds"}, "« round » n’a pas de valeur par défaut"),
    ("s1/parametres", {"bar_part": "5"}, "il faut un nombre entier"),
    ("s1/parametres", {"bar_part": "5", "bar_whole": "5"}, "le seuil est une part inférieure au tout"),
    ("s1/parametres", {"base": "valid"}, "n’a pas de sens sans bar"),
    ("s1/parametres", {"names_least": "9", "names_most": "3"}, "du moindre au plus grand"),
    ("s1/electeurs", {"functions": "greffier"}, "exactement une indication parmi"),
    ("s1/electeurs", {"others": None, "nowhere": "", "assumed": None, "functions": _TAKEN}, "premier président"),
    ("s1/electeurs", {"article": ""}, "Texte (article)"),
    ("s1/depot", {"filed_by": "person"}, "Une liste par organisation syndicale : cette indication n’a de sens"),
    ("s1/noms", {"article": ""}, "Indiquez le texte sur lequel cette règle s’appuie."),
    ("s1/noms", {"full": ""}, "Remplissez ce champ."),
    ("s1/noms", {"full": "11", "even": "y"}, "11 est impair"),
    ("s1/noms", {"least": "3/2"}, "n’est pas une part d’un tout"),
    ("s1/mentions", {"given": None}, "Remplissez ce champ."),
    ("s1/parite", {"rounding": ""}, "Remplissez ce champ."),
    ("s1/ineligibilites", {"situations_5": "x"}, "Règle 5 : texte (article)"),
    ("s1/fin-du-depot", {"stated": None}, "Délai de correction : cette indication n’a de sens"),
    ("s1/fin-du-depot", {"count": ""}, "Remplissez ce champ."),
    ("s1/recevabilite", {"by": ""}, "Remplissez ce champ."),
    ("s1/correction", {"days": "0"}, "De 1 à 400 jours."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "change", "told"), BAD)
def test_a_bad_value_is_told_beside_its_field_and_what_was_typed_stays(desk, path, change, told):
    key, _, slug = path.partition("/")
    if slug in OF_CONTEST:
        path = f"scrutins/{desk.contest(key)}/{slug}"
    before, lines = desk.table(), len(desk.acts())
    answer = desk.send(path, desk.page(path), **change)
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Il y a un problème" in text(answer)
    assert (desk.table(), len(desk.acts())) == (before, lines)
    back = fields(answer.text)
    for name, value in change.items():
        if isinstance(value, str) and value.isprintable() and name not in ("audience", "group", "territory", "method"):
            assert back.get(name, "") == value.strip()


def test_hostile_text_stays_text(desk):
    path = "intitule"
    assert desk.send(path, desk.page(path), title="<script>alert(1)</script>").status_code == 303
    for page in ("", "/intitule"):
        shown = desk.client.get(f"{desk.path}{page}").text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown
    # What a page says it saw may be anything.
    for seen in ("", "[]", "{", "[" * 50_000, '{"title":{"a":1}}', '{"title":NaN}', "null"):
        answer = desk.send(path, {"title": "Autre"}, seen=seen)
        assert answer.status_code == 409
        assert "Deux textes pour le même réglage" in text(answer)


# --- Two officers at once ----------------------------------------------------------------------------


@pytest.fixture
def other(site, commission, desk):
    """A second officer, at the same pages with a browser of her own."""
    second = Desk(site, commission)
    assert second.client is not desk.client
    return second


def test_who_saves_second_sees_both_texts_and_takes_value_by_value(desk, other):
    path = f"scrutins/{desk.contest('s1')}/scrutin"
    mine, theirs = desk.page(path), other.page(path)
    assert other.send(path, theirs, title="Leur titre", college="Leur collège").status_code == 303
    answer = desk.send(path, mine, title="Mon titre", articles="mon texte")
    assert answer.status_code == 409
    told = text(answer)
    assert "Deux textes pour le même réglage" in told
    assert "Enregistré par l’autre personne : Leur titre" in told
    assert "Saisi par vous : Mon titre" in told
    assert "Dernier acte au journal : Scrutin modifié, bureau des élections" in told
    page = fields(answer.text)
    # Where one text alone is new it is offered; where both are, she must take one.
    assert (page["take-college"], page["take-articles"]) == ("theirs", "mine")
    assert "take-title" not in page
    again = desk.send(path, page)
    assert again.status_code == 422
    assert "Intitulé du scrutin : choisissez l’un des deux textes." in text(again)
    page = fields(again.text)
    assert (page["take-college"], page["take-articles"]) == ("theirs", "mine")
    assert desk.send(path, page, **{"take-title": "mine"}).status_code == 303
    after = desk.page(path)
    assert (after["title"], after["college"], after["articles"]) == ("Mon titre", "Leur collège", "mon texte")


def test_a_third_text_in_between_is_asked_about_too(desk, other):
    mine = desk.page("delai")
    assert other.send("delai", other.page("delai"), minutes="40").status_code == 303
    page = fields(desk.send("delai", mine, minutes="20").text)
    assert other.send("delai", other.page("delai"), minutes="50").status_code == 303
    answer = desk.send("delai", page, **{"take-minutes": "theirs"})
    assert answer.status_code == 409
    assert "autre personne : 50" in text(answer)
    assert "par vous : 20" in text(answer)
    assert desk.send("delai", fields(answer.text), **{"take-minutes": "theirs"}).status_code == 303
    assert desk.page("delai")["minutes"] == "50"


def test_two_officers_at_two_parts_or_of_one_mind_do_not_meet(desk, other):
    title, batches, again = desk.page("intitule"), other.page("lots"), other.page("intitule")
    assert desk.send("intitule", title, title="Le même").status_code == 303
    assert other.send("lots", batches, every="300").status_code == 303
    lines = len(desk.acts())
    assert other.send("intitule", again, title="Le même").status_code == 303
    assert len(desk.acts()) == lines


def test_a_conflict_of_rows_and_of_parameters_keeps_both(desk, other):
    path = f"scrutins/{desk.contest('s1')}/ineligibilites"
    mine = desk.page(path)
    assert other.send(path, other.page(path), situations_5="leur situation", article_5="leur texte").status_code == 303
    answer = desk.send(path, mine, situations_5="ma situation", article_5="mon texte")
    assert answer.status_code == 409
    page = fields(answer.text) | {"take-situations_5": "mine", "take-article_5": "theirs"}
    assert desk.send(path, page).status_code == 303
    assert (desk.page(path)["situations_5"], desk.page(path)["article_5"]) == ("ma situation", "leur texte")
    path = f"scrutins/{desk.contest('s1')}/parametres"
    mine = desk.page(path)
    mode = f"scrutins/{desk.contest('s1')}/mode"
    assert other.send(mode, other.page(mode), method="plurality", seats="1", article="art. 16").status_code == 303
    answer = desk.send(path, mine, bar_part="5", bar_whole="100", base="valid")
    assert answer.status_code == 409
    assert "Seuil : part des suffrages exprimés" in text(answer)
    assert "n’a plus ce paramètre ; vous aviez saisi : 5" in text(answer)
    page = fields(answer.text)
    taken = {f"take-{name}": "mine" for name in _many(page["both"])}
    assert desk.send(path, page | taken).status_code == 303


def test_what_is_gone_gives_back_what_was_typed(desk, other):
    uuid = desk.contest("s1")
    path = f"scrutins/{uuid}/scrutin"
    mine = desk.page(path)
    assert other.client.send(f"{other.path}/scrutins/{uuid}/retirer").status_code == 303
    answer = desk.send(path, mine, title="Mon titre de liste")
    assert answer.status_code == 409
    assert "Ce réglage n’existe plus" in text(answer)
    assert "Mon titre de liste" in text(answer)
    assert desk.client.get(f"{desk.path}/{path}").status_code == 404
    date = "echeances/cassation-tickets"
    mine = desk.page(date)
    for key in ("s4a", "s4b"):
        assert other.client.send(f"{other.path}/scrutins/{other.contest(key)}/retirer").status_code == 303
    answer = desk.send(date, mine, count="3", article="mon texte")
    assert answer.status_code == 409
    assert "mon texte" in text(answer)


# --- What moves, contests ----------------------------------------------------------------------------


def test_what_moves_is_shown_before_it_is_saved(desk):
    before = desk.table()
    answer = desk.send("heures", desk.page("heures"), sure=False, opening_day="2026-02-05")
    told = text(answer)
    assert "Rien n’est encore enregistré." in told
    assert "Dépôt des listes de candidats" in told
    assert "au plus tard le mardi 6 janvier 2026" in told
    assert "au plus tard le lundi 5 janvier 2026" in told
    assert "restent les mêmes" in told
    assert "à examiner" in told
    assert desk.table() == before
    assert desk.send("heures", fields(answer.text)).status_code == 303
    assert desk.table()["election"]["opening"] == "2026-02-05T08:00:00Z"
    assert "Aucune échéance ne change." in text(desk.send("cadre", desk.page("cadre"), sure=False))


def test_a_date_that_no_text_settles_is_counted_and_given_back(desk):
    path = "echeances/general-roll"
    assert "Elle se compte depuis l’ouverture du scrutin." in text(desk.client.get(f"{desk.path}/{path}"))
    shown = text(desk.send(path, desk.page(path), sure=False, count="30", unit="day"))
    assert "date à fixer" in shown
    assert "au plus tard le mercredi 7 janvier 2026" in shown
    assert desk.send(path, desk.page(path), count="30", unit="day").status_code == 303
    [date] = [item for item in desk.table()["calendar"]["dates"] if item["key"] == "general-roll"]
    assert (date["offset"], date["assumed"]) == ("-30 days", True)
    assert desk.send(path, desk.page(path), count="").status_code == 303
    [date] = [item for item in desk.table()["calendar"]["dates"] if item["key"] == "general-roll"]
    assert (date["offset"], "assumed" in date) == ("not found", False)
    # What a text settles is not the office's to move.
    assert desk.client.get(f"{desk.path}/echeances/lists").status_code == 404


def test_a_new_key_is_followed_by_dates_and_replacements(desk):
    path = f"scrutins/{desk.contest('s1')}/scrutin"
    assert desk.send(path, desk.page(path), key="general").status_code == 303
    table = desk.table()
    assert not [item for item in table["calendar"]["dates"] if "s1" in item.get("contests", [])]
    assert table["mandate"]["replacements"][0]["contests"] == ["general"]
    assert table["contests"][0]["key"] == "general"
    assert desk.contest("general") == path.split("/")[1]


def test_contests_are_added_moved_and_removed(desk):
    page = fields(desk.client.get(f"{desk.path}/scrutins/nouveau").text)
    new = page | {"title": "Un siège de plus", "college": "Tous", "key": "s5", "method": "plurality", "order": "drawn"}
    bad = desk.client.send(f"{desk.path}/scrutins/nouveau", **new | {"seats": "2"})
    assert bad.status_code == 422
    assert "ce mode de scrutin pourvoit un seul siège, et non 2" in text(bad)
    assert fields(bad.text)["title"] == "Un siège de plus"
    taken = desk.client.send(f"{desk.path}/scrutins/nouveau", **new | {"key": "s1"})
    assert "Clé : « s1 » figure deux fois." in text(taken)
    made = desk.client.send(f"{desk.path}/scrutins/nouveau", **new)
    assert made.status_code == 303
    assert "Un siège de plus" in text(desk.client.get(made.location))
    uuid = desk.contest("s5")
    for sense, place in (("haut", 6), ("haut", 5), ("bas", 6), ("bas", 7), ("bas", 7)):
        assert desk.client.send(f"{desk.path}/scrutins/{uuid}/deplacer", sens=sense).status_code == 303
        assert [item["key"] for item in desk.table()["contests"]].index("s5") == place
    assert desk.client.send(f"{desk.path}/scrutins/{uuid}/deplacer", sens="ailleurs").status_code == 400
    table = desk.table()
    assert "s5" in table["mandate"]["replacements"][1]["contests"]
    lots = desk.client.get(f"{desk.path}/scrutins/{desk.contest('s1')}/retirer")
    assert "Dépôt des listes de candidats" in text(lots)
    assert desk.client.send(f"{desk.path}/scrutins/{desk.contest('s1')}/retirer").status_code == 303
    table = desk.table()
    assert [item["key"] for item in table["contests"]] == ["s2a", "s2b", "s3a", "s3b", "s4a", "s4b", "s5"]
    assert "lists" not in [item["key"] for item in table["calendar"]["dates"]]
    acts = [entry.act for entry in desk.acts()]
    assert acts.count("contest-order") == 4
    assert acts[-1] == "contest-removed"
    assert "Scrutin retiré" in text(desk.client.get(f"/bureau/election/{desk.uuid}/journal"))
    assert desk.client.send(f"{desk.path}/scrutins/{'1' * 22}/deplacer", sens="bas").status_code == 404


def test_with_a_roll_and_candidacies_what_they_rest_on_stays(site):
    desk = Desk(site, site.election)
    a = desk.contest("a")
    page = desk.client.get(f"{desk.path}/scrutins/{a}/retirer")
    assert "compte 200 électeurs de ce scrutin" in text(page)
    answer = desk.client.send(f"{desk.path}/scrutins/{a}/retirer")
    assert answer.status_code == 422
    assert "la liste électorale compte 200 électeurs" in text(answer)
    mode = f"scrutins/{a}/mode"
    refused = desk.send(mode, desk.page(mode), method="largest_remainder")
    assert "des candidatures sont déposées" in text(refused)
    codes = desk.send("serveurs", desk.page("serveurs"), issuers="autre")
    assert codes.status_code == 422
    assert "Des codes ou des clés du serveur existent déjà" in text(codes)
    title = f"scrutins/{a}/scrutin"
    assert desk.send(title, desk.page(title), title="Un autre titre").status_code == 303


def test_once_holders_are_invited_their_group_stays(held):
    desk = Desk(Site(held, DRAFTED), held.staging.uuid)
    refused = desk.send("detenteurs", desk.page("detenteurs"), delegates="5")
    assert refused.status_code == 422
    assert "Les détenteurs de clé sont déjà invités" in text(refused)


def test_what_is_sealed_is_looked_at_only(sealed):
    site = Site(sealed)
    desk = Desk(site, site.election)
    index = desk.client.get(desk.path)
    assert index.status_code == 200
    assert "Modifier" not in text(index)
    assert desk.client.get(f"{desk.path}/intitule").status_code == 409
    assert site.desk("president").get(desk.path).status_code == 200
    assert site.desk("president").get(f"{desk.path}/intitule").status_code == 403
    contest = site.desk("president").get(f"{desk.path}/scrutins/{desk.contest('a')}")
    assert "Siège" in text(contest)


def test_the_contest_of_another_election_is_not_changed_from_here(site, desk):
    foreign = f"scrutins/{site.contest}"
    assert desk.client.get(f"{desk.path}/{foreign}").status_code == 404
    assert desk.client.get(f"{desk.path}/{foreign}/scrutin").status_code == 404
    page = Desk(site, site.election).page(f"{foreign}/scrutin")
    assert desk.send(f"{foreign}/scrutin", page, title="Volé").status_code == 409
    # Of this election it is gone already.
    assert desk.client.send(f"{desk.path}/{foreign}/retirer").status_code == 303
    assert Desk(site, site.election).page(f"{foreign}/scrutin")["title"] == "Un délégué"
