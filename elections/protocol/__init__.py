"""What is computed, stored, published and verified (protocol.md). Pure: bytes in, bytes out, or `ProtocolError`."""
