"""A key holder at her device: one open key file, and the acts of `elections trustee` (protocol.md §9).

Every act reads a document of the office (`decrypt` and `lot`: a record), saves what the key file must remember, and
only then gives the answer. An act that is refused changes nothing. Here is no network and no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.holder import decryption
from elections.holder.keyfile import COST, KeyFile
from elections.holder.lots import open_product
from elections.holder.making import step
from elections.holder.rehearsal import rehearse
from elections.holder.sealing import amend, seal
from elections.holder.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from elections.holder.state import Outcome


class Holder:
    """A holder with her key file open."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self.state = State.parse(file.content, str(file.path))

    @classmethod
    def create(cls, path: Path, passphrase: str, cost: int = COST) -> Holder:
        """Make a new key file, which holds nothing yet; an existing file is refused."""
        return cls(KeyFile.create(path, passphrase, State().json(), cost))

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Holder:
        """Open a key file; a wrong passphrase is refused."""
        return cls(KeyFile.open(path, passphrase))

    def step(self, raw: bytes) -> Outcome:
        """Answer the next round of the ceremony (making.py)."""
        return self._act(step, raw)

    def rehearse(self, raw: bytes) -> Outcome:
        """Open the test urns (rehearsal.py)."""
        return self._act(rehearse, raw)

    def seal(self, raw: bytes) -> Outcome:
        """Check and sign what is sealed (sealing.py)."""
        return self._act(seal, raw)

    def amend(self, raw: bytes) -> Outcome:
        """Sign an amendment of what was sealed (sealing.py)."""
        return self._act(amend, raw)

    def decrypt(self, folder: Path) -> Outcome:
        """Judge the frozen record in a folder and decrypt its totals (decryption.py)."""
        counts = decryption.read_counts(self.state, folder)
        self._save(decryption.remember(self.state, counts))
        return decryption.decrypt(self.state, counts)

    def lot(self, folder: Path, raw: bytes) -> Outcome:
        """Judge the frozen record in a folder again and open the product of its slips, if a lot is needed (lots.py)."""
        return open_product(self.state, decryption.read_counts(self.state, folder), raw)

    def _act(self, act: Callable[[State, bytes], Outcome], raw: bytes) -> Outcome:
        outcome = act(self.state, raw)
        self._save(outcome.state)
        return outcome

    def _save(self, state: State) -> None:
        if state != self.state:
            self._file = self._file.save(state.json())
            self.state = state
