"""How fast this machine is at what an election asks of it (contracts.md): `verifying` and `casting`.

Figures are those of one run on one machine; a peer is measured in the same run, so that ratios can be compared.
"""
