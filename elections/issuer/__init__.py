"""The issuers: permission. Who may ask for a token, who has asked, and nothing of any ballot (protocol.md §5).

- `requests`: the token itself: the checks in their order, the record, the answer;
- `roll`: the electors' request keys by number, and the contest's phase as the issuers know it;
- `tables`: in the registry's database, of which this room sees its own three tables only.

An issuer knows no name, only numbers. What it signs is blinded: the z of a request is as good as random to
whoever sees it, whatever they learn later. Operations take the `Session` first and never commit, with one
exception that says why: `sign`.
"""

from elections.issuer.requests import (
    Request,
    authorise,
    destroy_requests,
    requests_of,
    sign,
    token_counts,
)
from elections.issuer.roll import enrol, phase, receive, replace_key, set_phase

__all__ = [
    "Request",
    "authorise",
    "destroy_requests",
    "enrol",
    "phase",
    "receive",
    "replace_key",
    "requests_of",
    "set_phase",
    "sign",
    "token_counts",
]
