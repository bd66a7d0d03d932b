"""The web floor: pages by audience, and nothing that a room below could do.

The frame stands beside the rooms:

- `access`: who may come, in which phase; every route declares it, and the program refuses to start otherwise;
- `visit`: the store, the hour and the visitor of a request; `headers`, `logs`: what an answer carries, what is logged;
- `refusals`, `errors`, `sentences`: an answer and a sentence for each refusal;
- `i18n`, `words`: French screens, English beside them;
- `forms`, `paging`, `downloads`, `statics`, `menu`, `alarm`: what many pages share;
- `seating`: the picture of the seats, beside the table that says the same.

A room of several modules is a package, whose `views` are its first pages; one of a single module stands here:

- `login/`, `accounts/`: who comes in, and by what she proves who she is; `elector/`: from there to her receipts;
- `officer`, `setup/`, `calendar`, `rules`, `roll/`, `codes`, `deliveries`, `candidacies/`: the desk of the office;
- `board/`, `mandates`: the grave acts, and who sits after them;
- `public`, `journal/`: what everybody may see and take home, what the desk may read.

Rules of the room. Views are thin: they read a form, call one operation, render one page. A refusal is a
`ProtocolError`, and whoever meets it turns it into a sentence beside the field or on a page of its own. The urn is
reached through the doors alone. Addresses and shapes are in docs/web.md.
"""
