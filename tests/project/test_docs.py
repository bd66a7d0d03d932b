"""The pages say what is there: commands, checks, acts, variables, texts that are hashed, shapes, tests, rooms."""

import json
import re
import shlex
from hashlib import sha256
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest

import elections
from elections.cli import main
from elections.protocol import code
from elections.protocol.ballot import Election
from elections.protocol.canonical import base64_compact
from elections.protocol.group import group_by_name
from elections.protocol.log import Checkpoint, leaf_hash, root
from elections.protocol.note import NoteKey
from elections.protocol.request import cast_length
from elections.protocol.setup import amendment_text, seal_text
from elections.protocol.shares import commitment
from elections.protocol.slips import lot_seed
from elections.registry.amendments import CHANGING
from elections.rules import lots
from elections.rules.phases import Act
from elections.rules.seats import METHODS
from elections.verify.report import SENTENCES

ROOT = Path(__file__).parents[2]
PAGES = {page.relative_to(ROOT).as_posix(): page.read_text() for page in sorted((ROOT / "docs").rglob("*.md"))}
PAGES["README.md"] = (ROOT / "README.md").read_text()
PROTOCOL = PAGES["docs/protocol.md"]
SOURCES = "\n".join(
    path.read_text() for path in sorted((ROOT / "elections").rglob("*.py")) if "node_modules" not in path.parts
)


def rows(page, pattern):
    """The first cells of the rows of a page's tables that match."""
    return re.findall(rf"^\| {pattern} \|", PAGES[page], re.MULTILINE)


# --- Commands ----------------------------------------------------------------------------------------


def leaves(command, words):
    """Every command that does something, as (words, command)."""
    if not isinstance(command, click.Group):
        yield " ".join(words), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), [*words, name])


COMMANDS = dict(leaves(main, ["elections"]))


def spans(page):
    """What stands between back quotes and begins with `elections `."""
    return re.findall(r"`(elections [^`]+)`", re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL))


def test_contracts_name_every_command_and_every_option():
    page = PAGES["docs/contracts.md"]
    table = [line for line in page.splitlines() if line.startswith("| `elections ")]
    everywhere = {"--help", "--state"}
    for words, command in COMMANDS.items():
        last = words.rpartition(" ")[2]
        mine = [line for line in table if f"`{words}" in line or f"`{last}`" in line.partition("likewise")[2]]
        assert mine, f"{words} is not in the table"
        options = {option for param in command.params if isinstance(param, click.Option) for option in param.opts}
        wanted = {option for option in options if option.startswith("--")} - everywhere
        told = mine[0] + page if words.startswith("elections trustee") else mine[0]
        assert [option for option in wanted if option not in told] == [], words


@pytest.mark.parametrize("page", PAGES)
def test_commands_between_back_quotes_exist_with_their_options(page):
    for span in spans(page):
        words = next((words for words in sorted(COMMANDS, key=len, reverse=True) if span.startswith(words)), None)
        if words is None:
            assert any(known.startswith(f"{span.strip()} ") for known in COMMANDS), span
            continue
        known = {option for param in COMMANDS[words].params for option in (*param.opts, *param.secondary_opts)}
        assert set(re.findall(r"--[a-z-]+", span)) <= known, span


def command_lines(page):
    """The lines of a page's shell blocks that call us."""
    for block in re.findall(r"```sh\n(.*?)```", PAGES[page], re.DOTALL):
        for line in block.splitlines():
            found = re.match(r"\s*(?:\.venv/bin/)?elections (.*)", line)
            if found:
                yield found[1]


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_shell_blocks_are_understood(page, monkeypatch):
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "a password that is typed")
    for line in command_lines(page):
        assert refusal(main, click.Context(main), shlex.split(line)) in {None, "not here"}, line


def refusal(command, context, words):
    """Why the command does not take these words; files of an example need not be here."""
    try:
        if isinstance(command, click.Group):
            name, below, rest = command.resolve_command(context, words)
            assert below is not None
            return refusal(below, click.Context(below, info_name=name, parent=context), rest)
        command.make_context(context.info_name, words, parent=context.parent)
    except click.UsageError as error:
        return "not here" if "does not exist" in error.message else error.message
    return None


# --- What the protocol's page must name --------------------------------------------------------------


def test_every_check_has_its_sentence_in_the_protocol():
    told = re.findall(r"^- \*\*(V\d\d)\*\*", PROTOCOL, re.MULTILINE)
    assert told == sorted(id_ for id_ in SENTENCES if id_.startswith("V"))


def test_every_act_has_its_line_in_the_protocol():
    written = set(re.findall(r'append\(\s*session, [\w.]+, "([a-z-]+)"', SOURCES))
    told = set(re.findall(r"`([a-z-]+)`", " ".join(rows("docs/protocol.md", "(`[a-z-]+`(?:, `[a-z-]+`)*)"))))
    assert {*Act, *CHANGING} | written <= told


def test_every_text_that_is_hashed_stands_in_the_protocol():
    tags = set(re.findall(r"isoloir\|([a-z]+)", SOURCES)) - {"subject"}  # a key of the registry's own tables
    told = set(re.findall(r"isoloir\|([a-z]+)", PROTOCOL))
    assert tags <= told
    assert told - tags == {"decrypt"}  # which the program joins from its parts
    for written in re.findall(r'f"(isoloir\.[^"]*)"', SOURCES):
        assert written.partition("{")[0] in PROTOCOL.replace("\n", " ")


def test_every_format_is_described():
    formats = set(re.findall(r'"(isoloir-[a-z-]+-1)"', SOURCES)) - {"isoloir-issuer-key-1", "isoloir-holder-state-1"}
    pages = PROTOCOL + PAGES["docs/contracts.md"]
    assert {name for name in formats if name not in pages and not name.startswith("isoloir-model")} == set()


def test_methods_that_count_are_named():
    [said] = re.findall(r"Methods of counting today: (.*?)\.", PAGES["docs/contracts.md"])
    assert re.findall(r"`(\w+)`", said) == list(METHODS)


@pytest.mark.parametrize("name", ["setup.json", "result.json"])
def test_shapes_are_those_of_a_real_record(rehearsal, name):
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PROTOCOL, re.DOTALL)]
    [shown] = [block for block in blocks if block["format"] == f"isoloir-{name.removesuffix('.json')}-1"]
    [uuid] = rehearsal.contests.values()
    real = json.loads(rehearsal.files[f"{uuid}/{name}"])
    assert list(shown) == sorted(shown) == sorted(real)
    for key, value in real.items():
        mine = shown[key]
        if isinstance(value, dict) and key not in {"booth", "lot"}:
            assert key == "rule" or mine.keys() == value.keys(), key
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            assert mine[0].keys() == value[0].keys(), key


@pytest.mark.parametrize("name", ["manifest.json", "register.json"])
def test_keys_of_the_smaller_files_are_told(rehearsal, name):
    [uuid] = rehearsal.contests.values()
    path = name if name in rehearsal.files else f"{uuid}/{name}"
    [shown] = re.findall(rf"^\*\*{re.escape(name)}\*\*: `(.*?)`", PROTOCOL, re.MULTILINE)
    assert set(json.loads(rehearsal.files[path])) <= set(re.findall(r'"(\w+)":', shown))


# --- Worked values -------------------------------------------------------------------------------------


def worked():
    """The values of protocol.md §15, computed."""
    election, contest, number, issuer = "ExampeE1ection", "ExampeContest1", 7, "issuer-1"
    symbols = "0123456789ABCDEFGHJ"
    typed = symbols + code.check_symbol(symbols)
    keys = code.VotingKeys([code.read(typed)], election, number, [issuer])
    salt = code.elector_salt(bytes(range(32)), number)
    seed = code.contest_seed(keys.key, salt, contest)
    curve, residues = group_by_name("Ed25519"), group_by_name("BELENIOS-2048")
    x, x_residues = (code.credential_scalar(seed, group.q) for group in (curve, residues))
    urn, empty = NoteKey.from_bytes("urn", bytes(32)), Checkpoint(f"urn/{contest}", 0, root([])).text
    fingerprint, digest = base64_compact(b"{}"), sha256(b"{}").hexdigest()
    texts = (
        seal_text(fingerprint, digest, empty),
        amendment_text(fingerprint, "0" * 64, {"phase": "suspended"}),
        residues.power_g(x_residues).text,
    )
    seal, amendment, credential = (sha256(text.encode()).hexdigest() for text in texts)
    drawn = lot_seed(fingerprint, curve.generator, {})
    stream = bytes(islice(lots._stream(drawn), 32)).hex()
    leaf, message = b'{"ballot":"{}","tokens":[]}', '{"coefexps":[]}'
    return [
        typed, keys.key.hex(), keys.row[1], keys.row[2][issuer], code.roll_digest([keys.row]), salt.hex(), seed.hex(),
        str(x), curve.power_g(x).text, str(x_residues), credential, code.pss_salt(seed, issuer).hex(),
        curve.generator.text, str(curve.hash_to_scalar("isoloir")), str(residues.hash_to_scalar("isoloir")),
        fingerprint, leaf_hash(leaf).hex(), urn.vkey, urn.line(empty).strip(), drawn.hex(), stream, seal, amendment,
        commitment("0" * 64, contest, 1, "0" * 64, message),
    ]  # fmt: skip


def test_worked_values_are_right():
    table = PROTOCOL.partition("## 15. Worked values")[2]
    assert re.findall(r"^\| .+ \| `([^`]+)` \|$", table, re.MULTILINE) == worked()


def test_the_formula_of_the_request_s_length_is_right(rehearsal):
    [uuid] = rehearsal.contests.values()
    setup, groups = rehearsal.setup("s2a"), (("Ed25519", 76, 64), ("BELENIOS-2048", 77, 617))
    told = []
    for name, d, e in groups:
        group = group_by_name(name)
        election = Election.parse(setup.election_record(group, group.generator))
        p, n = 38 + 2 * d, len(setup.candidacies) + 1
        a = 59 + n * (35 + 2 * e + 2 * p) + 2 * (1 + p) + (20 + 2 * p)
        length = 335 + len(uuid) + e + p + (1 + a) + sum(541 + len(issuer.id) for issuer in setup.issuers)
        assert cast_length(election, setup) == length
        # The example has one issuer called issuer-1 instead of these two.
        told.append(length - sum(541 + len(issuer.id) for issuer in setup.issuers) + 541 + len("issuer-1"))
    assert "3631 bytes in Ed25519, 7524 in BELENIOS-2048" in PROTOCOL
    assert told == [3631, 7524]


# --- Settings, rooms, requirements, tests, links -------------------------------------------------------


def test_every_variable_is_told():
    files = [*(ROOT / "elections").rglob("*.py"), ROOT / "tests/conftest.py", ROOT / ".ci/run", ROOT / "wsgi.py"]
    named = {name for path in files for name in re.findall(r"\bELECTIONS_[A-Z_]+\b", path.read_text())}
    assert {name for name in named if f"`{name}`" not in PAGES["docs/operations.md"]} == set()


def test_every_room_is_on_the_map():
    page = PAGES["docs/code-map.md"]
    rooms = [module.name + "/" * module.ispkg for module in iter_modules(elections.__path__)]
    assert [room for room in rooms if f"`{room}`" not in page] == []


def test_no_command_act_or_room_has_two_rows():
    journal = PROTOCOL.partition("\n### The journal\n")[2].partition("\n## ")[0]
    for found in (
        rows("docs/contracts.md", r"`(elections [^`]+?)(?: [\[A-Z-][^`]*)?`[^|]*"),
        re.findall(r"`([a-z-]+)`", " ".join(re.findall(r"^\| ([^|]+) \|", journal, re.MULTILINE))),
        rows("docs/code-map.md", r"(?:[^|]+ )?\| ([^|]+)"),
    ):
        assert len(found) > 20
        assert [row for row in found if found.count(row) > 1] == []


def test_every_requirement_has_one_row():
    wanted = {f"E{n:02}" for n in range(1, 49)} | {f"R{n}" for n in range(1, 27)} | {f"U{n}" for n in range(1, 15)}
    found = rows("docs/requirements.md", r"([ERU]\d+)")
    assert len(found) == len(wanted)
    assert set(found) == wanted


@pytest.mark.parametrize("page", PAGES)
def test_tests_that_a_page_names_are_there(page):
    for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGES[page]):
        assert (ROOT / path).is_file(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"


def slug(heading):
    """A heading's anchor as web sites that show Markdown make it."""
    plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_links_into_pages_find_their_heading(page):
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", PAGES[page]):
        other = (ROOT / page).parent.joinpath(target).resolve() if target else ROOT / page
        headings = re.findall(r"^#+ (.+)$", other.read_text(), re.MULTILINE)
        assert anchor in {slug(heading) for heading in headings}, f"{target}#{anchor}"


def test_every_decision_is_in_the_index_and_says_what_it_costs():
    index = PAGES["docs/adr/README.md"]
    parts = ["What was asked", "What was decided", "What it costs", "What else was weighed"]
    for name, text in PAGES.items():
        if name.startswith("docs/adr/0"):
            assert f"({Path(name).name})" in index
            assert re.findall(r"^## (.+)$", text, re.MULTILINE) == parts


@pytest.mark.parametrize("page", PAGES)
def test_cells_hold_no_bar_that_would_split_them(page):
    table = [line for line in PAGES[page].splitlines() if line.startswith("| ")]
    assert [line for line in table if re.search(r"`[^`|]*\|[^`]*`", re.sub(r"\| ", "", line))] == []
