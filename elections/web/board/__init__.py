"""The board: what is sealed, done and disturbed in its name, and the key holders it waits for.

- `views`: the grave acts, a page each; `acts`: their addresses;
- `seal`: what is about to be sealed; `ceremony`: files for key holders and back; `lots`: draws, and those on paper;
- `incidents`: incidents and interventions; `forms`.

The room may touch the registry and, of all rooms of the site, most doors: they check everything again. The urn it
knows through them alone.
"""
