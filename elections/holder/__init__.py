"""A key holder's program, on the holder's own device: `elections trustee` (protocol.md §9).

- keyfile: the one file that keeps her secrets, encrypted under a passphrase; state: what stands in it;
- making: the ceremony; rehearsal: a test urn is opened; sealing: the seal and its amendments;
  decryption: the count, from the frozen record that the program reads and judges itself; lots: the product of slips;
- program: a holder with her file open, who does these things.

Nothing here talks to a network, and nothing knows registry, issuer or urn.
"""
