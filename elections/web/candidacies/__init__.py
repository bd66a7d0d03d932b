"""Candidacies, from a delegate's first draft to the order in which electors see them.

- `nominations`: drafts on line, examined at each save; `nomination_form`: their form; `filings`: filed, withdrawn;
- `views`: who stands, the report and the rulings; `documents`: logos and professions de foi;
- `ordering`: the draw of the display order.

The room may touch the registry, the doors `receiving` and `ordering`, and post for its acknowledgements. It has no
business with issuer or urn.
"""
