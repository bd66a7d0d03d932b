"""The roll at the desk, and as an elector reads it: files looked at before they are applied, and electors one by one.

- `views`: how many are where, and whether the roll is shown; `dates`: until when it is checked and claimed against;
- `trial`: a file that is looked at, then applied; `parts`: the report on it;
- `electors`: the table, entries, corrections and removals by hand; `forms`.

The room may touch the registry, and the door `enrolment` once the roll is shown. It sees no vote, and of a code
only that somebody has one.
"""
