"""The second judge: `belenios-tool election verify`, as Debian 12 packages it (2.0).

Its exit status alone is no verdict: an election without a result passes with a warning, so the line
`all checks passed` is wanted and `no result to check` is not (belenios-format.md, item 5 of its head).
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conftest import require

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Judgement:
    """Whether a closed archive was accepted, and all that the tool said; shown whole when an assertion fails."""

    accepted: bool
    output: str


def require_belenios_tool() -> None:
    """Skip the test where the tool is not installed, or fail it where everything must be there."""
    require(shutil.which("belenios-tool"), "belenios-tool is not installed (Debian's package of that name)")


def judge(folder: Path) -> Judgement:
    """The tool's verdict on the folder's one `.bel`; other files in it are ignored."""
    done = subprocess.run(
        ["belenios-tool", "election", "verify", "--dir", str(folder)], capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    passed = any(line.endswith("all checks passed") for line in output.splitlines())
    return Judgement(done.returncode == 0 and passed and "no result to check" not in output, output)


def judge_archive(data: bytes, folder: Path) -> Judgement:
    """The tool's verdict on these bytes, written into `folder`, which must hold no other `.bel`."""
    (folder / "archive.bel").write_bytes(data)
    return judge(folder)
