"""The web floor: pages by audience, and nothing that a room below could do.

- `access`: who may come, in which phase; every route declares it, and the program refuses to start otherwise;
- `visit`: the store, the hour and the visitor of a request; `headers`: what every answer carries;
- `i18n`, `words`, `errors`: French screens, English beside them, one sentence for each refusal;
- `seating`: the picture of the seats, beside the table that says the same;
- `login`, `elector`, `booth_api`: an elector's way from her identifier to her receipts;
- `officer`, `roll`, `rules`, `board`, `ceremony`, `lots`: the desk of the office and of the board;
- `public`, `results`: what everybody may see and take home.

Rules of the room. Views are thin: they read a form, call one operation, render one page. A refusal is a
`ProtocolError`, and whoever meets it turns it into a sentence beside the field or on a page of its own. The urn is
reached through the doors alone. Addresses and shapes are in docs/web.md.
"""
