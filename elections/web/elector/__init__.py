"""An elector's way from her contests to her receipts.

- `views`: her pages, which are frames and hold no ballot; `booth_api`: what the script of the booth asks for.

The room may touch the registry and the issuer to read, and the urn through the door `casting`.
"""
