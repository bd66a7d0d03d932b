"""From the decree to an open vote: two officers in two browsers, the board and the delegates in theirs.

The commission d'avancement with its seven colleges. Everything is done on the screen, by keyboard; files come from a
spreadsheet, from the code maker's command and from the key holders' program, as they do in an office.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from elections.bench.workbooks import write_csv, write_xlsx
from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from tests.browser.office import FIRST, PASSWORD, Office, command

DECREE = datetime(2025, 12, 15, 8, 0, tzinfo=UTC)
AFTER_FILING = datetime(2026, 1, 7, 8, 0, tzinfo=UTC)
NOTICE = datetime(2026, 1, 19, 8, 0, tzinfo=UTC)
EVE = datetime(2026, 2, 5, 14, 0, tzinfo=UTC)
OPENING = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)
TITLE = "Commission d’avancement 2026"
OF_A_NAME = ("sexe du ", "fonctions du ", "juridiction du ")
COLLEGES = ("s1", "s2a", "s2b", "s3a", "s3b", "s4a", "s4b")
MEMBERS = {
    "president": ("Président du bureau de vote", 1),
    "secretaire": ("Secrétaire du bureau de vote", 1),
    "deleguee-1": ("Délégué de liste", 1),
    "deleguee-2": ("Délégué de liste", 2),
    "deleguee-3": ("Délégué de liste", 3),
}
"""Logins of board and delegates: role on the screen, number in it."""


@pytest.fixture
def office(tmp_path, chromium):
    with Office.at_work(tmp_path, chromium, DECREE) as office:
        yield office


def invite(officer, name, email, role, number, election):
    """From the page of accounts."""
    officer.follow("Inviter une personne")
    officer.type("Nom et prénom", name)
    officer.type("Adresse de courriel", email)
    officer.choose("Élection", election)
    officer.choose("Rôle", role)
    officer.type("Numéro dans ce rôle", str(number))
    officer.press("Envoyer l’invitation")
    officer.told(f"L’invitation part à l’adresse {email}.")


def create(officer):
    """The election, from the model, at its hours; the address of its page."""
    officer.go("/bureau")
    officer.follow("Créer une élection")
    officer.shot("new")
    officer.page.get_by_label("Élection des membres de la commission d’avancement", exact=True).check()
    officer.type("Titre", TITLE)
    for label, value in zip(("Jour d’ouverture", "Heure d’ouverture", "Jour de clôture", "Heure de clôture"),
                            ("2026-02-06", "09:00", "2026-02-12", "16:00"), strict=True):  # fmt: skip
        officer.type(label, value)
    officer.type("Nombre de délégués de liste détenteurs de clé", "2")
    officer.press("Créer l’élection")
    officer.sees("une seule clé perdue perdrait le vote")
    officer.type("Nombre de délégués de liste détenteurs de clé", "3")
    officer.press("Créer l’élection")
    officer.at(TITLE)
    officer.shot("draft")
    return officer.page.url.removeprefix(officer.office.config.address)


def meet(one, two, desk):
    """Both set the same thing at once: the second is shown both texts, and both are kept."""
    for officer, words in ((one, "Titre de l’une"), (two, "Titre de l’autre")):
        officer.go(desk)
        officer.follow("Réglages")
        officer.shot("settings")
        officer.follow("Représentants des magistrats du siège et du parquet")
        officer.shot("contest")
        officer.follow("Scrutin et collège")
        officer.type("Intitulé du scrutin", words)
    one.type("Collège électoral", "Collège général")
    one.press("Enregistrer")
    one.told("C’est enregistré.")
    two.press("Enregistrer")
    two.at("Deux textes pour le même réglage")
    two.shot("conflict")
    two.page.get_by_label("Saisi par vous : Titre de l’autre").check()
    two.press("Enregistrer ce choix")
    two.sees("Titre de l’autre")
    two.sees("Collège général")


def members(officer, desk):
    """Board and delegates, invited by mail."""
    people = {}
    officer.go(desk)
    officer.follow("Comptes", officer.page.locator("main"))
    for login, (role, number) in MEMBERS.items():
        invite(officer, login.capitalize(), f"{login}@exemple.fr", role, number, TITLE)
        people[login] = officer.office.somebody(login)
        people[login].accept(f"{login}@exemple.fr")
    return people


def import_roll(officer, desk):
    """A sheet with a heading of its own: its meaning is asked for, it is tried, then applied, and the roll shown."""
    officer.go(desk)
    officer.follow("Liste électorale importée pour chaque collège")
    rows = [
        (f"{college}.{place}", f"NOM-{place}", "Zoé", f"{college}.{place}@magistrats.example", college, "Paris")
        for college in COLLEGES
        for place in range(3)
    ]
    heading = ("Matricule", "nom", "prénom", "email", "collège", "rôle d'inscription")
    officer.hand_in("liste.xlsx", write_xlsx([heading, *rows]))
    officer.press("Essayer ce fichier")
    officer.at("Que désignent les colonnes ?")
    officer.shot("columns")
    officer.choose("Matricule", "identifiant")
    officer.press("Continuer")
    officer.at("Essai de la liste électorale")
    officer.sees("Ajouts : 21.")
    officer.shot("trial")
    officer.press("Appliquer cette liste")
    officer.shot("roll")
    officer.follow("Publier la liste")
    officer.press("Publier la liste maintenant")
    officer.shot("roll-published")


def sheet():
    """Candidacies as they came on paper: three lists, of which one is too short, and two tickets in each college."""
    heading = ["collège", "candidature", "titre", "titulaire", "suppléant", "syndicat", "délégué"]
    for who in ("titulaire", "suppléant"):
        heading += [f"{what} du {who}" for what in ("sexe", "fonctions", "juridiction", "situation", "signature")]
    known = ["vice-présidente", "Tribunal judiciaire de Lyon", "aucune", "oui"]
    rows = []
    for id_, title, lines in (("independance", "Indépendance", 6), ("renouveau", "Renouveau", 5)):
        for line in range(lines):
            names = [f"{title.upper()}{line} Anne", f"{title.upper()}{line} Luc"]
            men = "F" if line < 1 else "H"
            rows.append(["s1", id_, title, *names, title, "DÉLÉGUÉE Ève", "F", *known, men, *known])
    for college in COLLEGES[1:]:
        for place in range(2):
            names = [f"CANDIDAT{place}-{college} Anne", f"SUPPLÉANT{place}-{college} Luc"]
            rows.append([college, f"{college}-{place}", "", *names, "", "", "F", *known, "H", *known])
    return write_csv([heading, *rows])


def stand(officer, delegate, desk):
    """Candidacies: of the office's sheet, and one that a delegate files on line."""
    officer.go(desk)
    officer.follow("Candidatures enregistrées dans chaque scrutin")
    officer.hand_in("candidatures.csv", sheet())
    officer.press("Enregistrer", officer.page.locator("form", has=officer.page.get_by_label("Fichier", exact=True)))
    officer.sees("Renouveau")
    officer.shot("candidacies")
    delegate.follow(TITLE)
    delegate.shot("desk-of-a-delegate")
    delegate.follow("Dépôt des candidatures", delegate.page.locator(".cards"))
    delegate.type("Organisation syndicale", "Union des magistrats")
    delegate.press("Préparer une liste")
    heading = [f"{what}{who}" for who in ("titulaire", "suppléant") for what in ("", *OF_A_NAME)]
    table = [";".join(heading)]
    table += [f"UNION{n} Anne;F;juge;Paris;UNION{n} Luc;{'F' if n < 1 else 'H'};juge;Paris" for n in range(6)]
    delegate.unfold("Remplir les noms à partir d’un tableau")
    delegate.type("Tableau collé", "\n".join(table))
    delegate.press("Remplir le formulaire")
    delegate.type("Titre sur le bulletin de vote", "Pour une justice proche")
    delegate.press("Enregistrer le projet")
    delegate.shot("draft-list")
    delegate.follow("Relire et déposer")
    delegate.press("Déposer la candidature")
    delegate.shot("acknowledgement")


def decide(officer, president, desk):
    """Once filing is over: the electorate, the ruling on each list at fault, the order by lot, all of it on line."""
    officer.go(desk)
    officer.follow("Nombres de femmes et d’hommes parmi les électeurs")
    officer.unfold("Indiquer ces nombres")
    officer.type("Femmes", "60")
    officer.type("Hommes", "40")
    officer.press("Enregistrer", officer.page.locator("form", has=officer.page.get_by_label("Femmes", exact=True)))
    officer.shot("examined")
    officer.go(desk)
    officer.follow("Décision rendue sur chaque candidature irrégulière")
    officer.press("Refuser : Renouveau")
    officer.sees("refusée")
    president.go(desk)
    president.follow("Ordre d’affichage tiré au sort")
    president.follow("Tirage au sort de l’ordre d’affichage")
    president.press("Commencer le tirage")
    for place, number in enumerate(("17", "4211")):
        president.type(f"Fonction de la personne n° {place + 1}", f"déléguée de liste n° {place + 1}")
        president.page.get_by_label("Nombre").nth(place).fill(number)
    president.press("Tirer l’ordre au sort")
    president.sees("L’ordre tiré au sort")
    president.shot("order")
    officer.go(desk)
    officer.follow("Candidatures mises en ligne")
    officer.press("Publier les candidatures")
    officer.follow("Page publique des candidatures")
    officer.sees("Pour une justice proche")
    officer.shot("published")
    officer.go(desk)
    officer.follow("Règle de décompte choisie dans chaque scrutin")
    while officer.page.locator("main details[open]").count():
        form = officer.page.locator("main details[open]").first
        form.locator("select").first.select_option("draw")
        officer.press("Enregistrer", form)


def give_codes(officer, desk, folder):
    """The maker's two files and her answer; then the notice of the vote, which says no code, and its ledger."""
    officer.go(desk)
    officer.follow("Code de vote de chaque électeur")
    officer.shot("codes")
    request, sheet = folder / "demande.json", folder / "adresses.csv"
    request.write_bytes(officer.take("link", "Enregistrez la demande"))
    sheet.write_bytes(officer.take("link", "les noms et adresses"))
    command("codes", "make", request, "--addresses", sheet, "--form", "table", "--out", folder / "courriers")
    officer.hand_in("public-keys.json", (folder / "courriers" / "public-keys.json").read_bytes())
    officer.press("Enregistrer ces clés")
    officer.told("Clés publiques enregistrées : 21.")
    officer.go(desk)
    officer.follow("Annonce du vote envoyée aux électeurs")
    officer.follow("Annoncer le vote à 21 électeurs")
    officer.shot("notice")
    officer.press("Envoyer 21 messages")
    officer.told("21 messages attendent leur envoi")
    officer.office.tick()
    officer.follow("Actualiser")
    officer.sees("21 messages acceptés")
    officer.shot("deliveries")
    assert "s1.0" in officer.office.mail("s1.0@magistrats.example")


def hold_keys(officer, desk, folder):
    """Each holder's file goes to her own program, and its answer comes back, as long as anybody is asked for one."""
    acts = {"step": Holder.step, "rehearse": Holder.rehearse, "seal": Holder.seal}
    officer.go(f"{desk}/cles")
    while asked := officer.page.get_by_role("button", name="Télécharger").all_inner_texts():
        for button in asked:
            role = button.partition(":")[2].strip()
            key = folder / f"{role}.key"
            if not key.exists():
                Holder.create(key, PASSWORD, LOWEST_COST)
            step = officer.page.locator("pre code").inner_text().split()[2]
            document = officer.take("button", f"Télécharger : {role}")
            officer.hand_in("reponse.json", acts[step](Holder.open(key, PASSWORD), document).answer)
            officer.press("Déposer la réponse")
            officer.told("La pièce est vérifiée et enregistrée")


def see(member, desk):
    """A member of the board looks at what is to be sealed on a screen of her own, and says so."""
    member.go(desk)
    member.follow("Examen par le bureau et les délégués de ce qui va être scellé")
    member.press("J’ai vu ce qui va être scellé")
    member.sees("Vous avez vu exactement ceci.")


def seal(officer, people, desk, folder):
    """Prepared by the office, signed by the holders, seen by president and two delegates, sealed by the president."""
    officer.go(desk)
    officer.follow("Scellement préparé")
    officer.shot("prepare")
    officer.press("Préparer le scellement")
    hold_keys(officer, desk, folder)
    present = [people[login] for login in ("president", "deleguee-1", "deleguee-2")]
    president = people["president"]
    for member in present:
        see(member, desk)
    president.shot("sheet")
    president.go(desk)
    president.shot("before-the-seal")
    president.follow("Sceller")
    president.shot("seal")
    for name in ("président du bureau de vote", "délégué de liste n° 1", "délégué de liste n° 2"):
        president.page.get_by_label(name, exact=True).check()
    president.press("Sceller")
    president.shot("sealed")


def opened(office, president, desk):
    """Before its hour there is nothing to press; at the hour the president opens, and an elector's door is there."""
    president.go(desk)
    assert president.page.get_by_role("link", name="Ouvrir le scrutin").count() == 0
    office.now = OPENING
    president.sign_in()
    president.go(desk)
    president.follow("Ouvrir le scrutin")
    president.shot("opening")
    president.press("Ouvrir le scrutin")
    president.told("Fait")
    assert president.page.locator("main").get_by_text("ouvert", exact=True).count() > len(COLLEGES)
    president.shot("opened")


def test_from_the_decree_to_an_open_vote(office, tmp_path):
    one, two = office.somebody(FIRST), office.somebody("bureau-2")
    one.sign_in()
    one.follow("Comptes")
    invite(one, "Second Officier", "o2@exemple.fr", "Bureau des élections", 2, "toutes les élections")
    two.accept("o2@exemple.fr")
    desk = create(one)
    meet(one, two, desk)
    people = members(two, desk)
    president = people["president"]
    import_roll(one, desk)
    stand(one, people["deleguee-1"], desk)
    office.wait_until(AFTER_FILING, one, president)
    decide(one, president, desk)
    office.wait_until(NOTICE, one, two)
    give_codes(two, desk, tmp_path)
    hold_keys(one, desk, tmp_path)
    office.wait_until(EVE, two, president, people["deleguee-1"], people["deleguee-2"])
    seal(two, people, desk, tmp_path)
    opened(office, president, desk)
    for person in (one, two, *people.values()):
        assert person.faults == []
