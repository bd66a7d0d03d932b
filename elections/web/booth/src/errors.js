/**
 * Every refusal of the browser's part, by name.
 *
 * A failed check throws a `ProtocolError`; nothing security-relevant answers with a boolean
 * (protocol.md §2). A rule is a stable name and one English sentence; the pages translate by the
 * name. Names that `elections/protocol/errors.py` has too mean the same thing there.
 */

/** @type {Record<string, string>} */
export const RULES = {
  "json.utf8": "{what}: the bytes are not UTF-8",
  "json.syntax": "{what}: not JSON",
  "json.canonical": "{what}: not in canonical form",
  "json.type": "{what}: expected {expected}",
  "json.missing": "{what}: the key {key} is missing",
  "json.unknown": "{what}: the key {key} is unknown",
  "json.range": "{what}: out of range",
  "text.pattern": "{what}: {text} does not match {pattern}",
  "text.hex": "{what}: not lower-case hexadecimal of {length} bytes",
  "text.base64": "{what}: not strict Base64",
  "text.hour": "{what}: not an hour in UTC with whole seconds",
  "text.decimal": "{what}: not a canonical decimal number",
  "group.name": "{what}: {name} is not a known group",
  "group.member": "{what}: not an element of the group {group}",
  "election.question": "{what}: min, max and the number of answers do not fit together",
  "ballot.choices": "{what}: the choices are not an allowed vote",
  "ballot.canonical": "{what}: the ballot is not in canonical form",
  "ballot.election": "{what}: made for another election",
  "ballot.fingerprint": "{what}: bound to another election record",
  "ballot.shape": "{what}: the number of answers, choices or proofs is wrong",
  "ballot.individual-proof": "{what}: the proof that a choice is 0 or 1 does not verify",
  "ballot.blank-proof": "{what}: the proof that a blank vote is only blank does not verify",
  "ballot.overall-proof": "{what}: the proof that the number of choices is allowed does not verify",
  "ballot.signature-hash": "{what}: the signed hash is not the ballot's",
  "ballot.signature": "{what}: the signature by the credential does not verify",
  "ballot.identity": "{what}: the neutral element stands where randomness is needed",
  "ballot.alpha-twice": "{what}: the same randomness is used twice in the ballot",
  "ballot.opening": "{what}: a ciphertext is not made of the choice and the randomness that are given",
  "code.length": "the voting code must have 20 symbols, this one has {length}",
  "code.symbol": "{symbol} is not a symbol of a voting code",
  "code.check": "the voting code is mistyped: its check symbol does not fit",
  "code.parts": "one voting code is needed, or one for each issuer",
  "token.key_size": "{what}: the modulus has {bits} bits instead of 3072",
  "token.key_factor": "{what}: the modulus has a prime factor below 65537",
  "token.key_root": "{what}: root {index} does not prove the key",
  "token.blinding": "issuer {issuer}: the message or its blinding is not prime to the modulus",
  "token.answer": "issuer {issuer}: the answer is not a signature of the message asked for",
  "note.form": "{what}: not a signed note",
  "note.key": "{what}: the verification key is malformed",
  "note.unsigned": "{what}: not signed by {name}",
  "note.double": "{what}: the key {name} signed twice",
  "ed25519.signature": "{what}: the signature does not verify",
  "log.checkpoint": "{what}: not a checkpoint",
  "log.origin": "{what}: the checkpoint is of another log ({origin})",
  "log.size": "{what}: the checkpoint counts {size} leaves, the list holds {length}",
  "log.root": "{what}: the leaf hashes do not give the signed root",
  "setup.digest": "the election record does not commit to this set-up",
  "setup.election": "the election record is not the one computed from the set-up",
  "setup.issuers": "two issuers have the same name or the same key, or there is none",
  "setup.candidacies": "a candidacy has no name",
  "setup.trustees": "the set-up does not commit to this list of trustees",
  "setup.key": "the public key is not the product of the trustees' keys",
  "receipt.urn": "the urn's receipt is not for this ballot",
  "receipt.register": "the register's receipt is not for this elector and contest",
  "request.length": "the casting request would be longer than its fixed length",
};

/** One rule was broken. `rule` is a key of RULES; `values` fill its sentence. */
export class ProtocolError extends Error {
  /**
   * @param {string} rule
   * @param {Record<string, string | number>} [values]
   */
  constructor(rule, values = {}) {
    super((RULES[rule] ?? rule).replace(/\{(\w+)\}/g, (_, name) => String(values[name])));
    this.name = "ProtocolError";
    this.rule = rule;
    this.values = values;
  }
}
