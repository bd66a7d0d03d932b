/**
 * The election record and the making of a ballot, Belenios crypto version 1 (belenios-format.md §1.5–1.6).
 *
 * A ballot is compact JSON with its keys in a fixed order; its bytes are hashed, signed and compared,
 * so nothing else here writes one.
 */
import { base64Compact, utf8 } from "./bytes.js";
import { array, compact, integer, object, parseCompact, string } from "./canonical.js";
import { PublicKey, pairText, proveDisjunction, signHash, total } from "./elgamal.js";
import { ProtocolError } from "./errors.js";
import { groupByName, randomScalar } from "./group.js";

/** @typedef {import("./elgamal.js").Ciphertext} Ciphertext */
/** @typedef {import("./elgamal.js").Opened} Opened */
/** @typedef {import("./elgamal.js").Proof} Proof */

/** @typedef {{ answers: string[], blank: boolean, min: number, max: number, question: string }} Question */

/**
 * The branches of a disjunction, and what is hashed before their commitments.
 * @template {Ciphertext} C
 * @typedef {{ branches: { ciphertext: C, value: number }[], prefix: string }} Statement
 */

/**
 * The election record of one contest; `fingerprint` is φ, which commits to its exact bytes.
 * @typedef {object} Election
 * @property {Uint8Array} raw
 * @property {string} uuid
 * @property {string} name
 * @property {string} description
 * @property {import("./group.js").Group} group
 * @property {PublicKey} publicKey
 * @property {Question[]} questions
 * @property {string} fingerprint
 */

/**
 * The number of ciphertexts of an answer: blank, where it is allowed, comes first.
 * @param {Question} question
 */
export const choiceCount = ({ answers, blank }) => answers.length + Number(blank);

/**
 * Read an election record.
 * @param {Uint8Array} raw
 * @returns {Election}
 */
export function parseElection(raw) {
  const value = object(parseCompact(raw, "election"), "election");
  integer(value["version"], "election, version", 1, 1);
  const group = groupByName(value["group"], "election, group");
  return {
    raw,
    uuid: string(value["uuid"], "election, uuid"),
    name: string(value["name"], "election, name"),
    description: string(value["description"], "election, description"),
    group,
    publicKey: new PublicKey(group, group.element(value["public_key"], "election, public_key")),
    questions: array(value["questions"], "election, questions").map(parseQuestion),
    fingerprint: base64Compact(raw),
  };
}

/**
 * @param {any} value
 * @returns {Question}
 */
function parseQuestion(value) {
  const what = "election, question";
  const { answers, blank = false, min, max, question } = object(value, what);
  const texts = array(answers, what).map((answer) => string(answer, what));
  if (typeof blank !== "boolean" || integer(min, what) > integer(max, what) || max > texts.length) {
    throw new ProtocolError("election.question", { what });
  }
  return { answers: texts, blank, min, max, question: string(question, what) };
}

/**
 * A ballot's bytes, and each ciphertext's ρ for a challenge (protocol.md §8): it goes when the ballot is sent.
 * @typedef {{ raw: Uint8Array, randomness: bigint[][] }} Made
 */

/**
 * Encrypt, prove and sign one vote.
 * @param {Election} election
 * @param {bigint} secret x, the credential's exponent
 * @param {number[][]} votes for each question one 0 or 1 a choice, blank first
 * @returns {Made}
 */
export function makeBallot(election, secret, votes) {
  if (votes.length !== election.questions.length) {
    throw new ProtocolError("ballot.choices", { what: "vote" });
  }
  const credential = election.group.powerG(secret).text;
  const made = election.questions.map((question, index) =>
    makeAnswer(election, credential, question, votes[index] ?? []),
  );
  const unsigned = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential,
    answers: made.map(({ answer }) => answer),
  };
  const hash = base64Compact(utf8(compact(unsigned)));
  const signature = { hash, proof: signHash(election.group, secret, hash) };
  return {
    raw: utf8(compact({ ...unsigned, signature })),
    randomness: made.map(({ randomness }) => randomness),
  };
}

/**
 * The smart ballot tracker of a ballot's bytes.
 * @param {Uint8Array} raw
 */
export const tracker = (raw) => base64Compact(raw);

/**
 * @param {Election} election
 * @param {string} credential
 * @param {Question} question
 * @param {number[]} votes
 */
function makeAnswer({ group, publicKey, fingerprint }, credential, question, votes) {
  checkVotes(question, votes);
  const context = `${fingerprint}|${credential}`;
  const choices = votes.map((vote) => publicKey.encrypt(BigInt(vote), randomScalar(group)));
  const individual = choices.map((ciphertext) =>
    proveDisjunction(publicKey, valuesOf(ciphertext, 0, 1), `prove|${context}|${pairText(ciphertext)}|`),
  );
  const { overall, blank } = proveWhole(publicKey, question, choices, context);
  const answer = {
    choices: choices.map(({ alpha, beta }) => ({ alpha: alpha.text, beta: beta.text })),
    individual_proofs: individual,
    overall_proof: overall,
    ...(blank && { blank_proof: blank }),
  };
  return { answer, randomness: choices.map(({ randomness }) => randomness) };
}

/**
 * The branches "this ciphertext holds v" for v = min … max.
 * @template {Ciphertext} C
 * @param {C} ciphertext
 * @param {number} min
 * @param {number} max
 */
export const valuesOf = (ciphertext, min, max) =>
  Array.from({ length: max - min + 1 }, (_, index) => ({ ciphertext, value: min + index }));

/**
 * What is proved over a whole answer: its sum lies in min … max, or it is blank and nothing else.
 * @template {Ciphertext} C
 * @param {Question} question
 * @param {C[]} choices
 * @param {C} sum of all but blank
 * @param {string} context φ and credential
 * @returns {{ overall: Statement<C>, blank?: Statement<C> }}
 */
export function statementsOf({ blank, min, max }, choices, sum, context) {
  const statement = `${context}|${choices.map(pairText).join(",")}`;
  const [first] = choices;
  const values = valuesOf(sum, min, max);
  if (!blank || first === undefined) {
    return { overall: { branches: values, prefix: `prove|${statement}|${pairText(sum)}|` } };
  }
  const exclusive = [
    { ciphertext: first, value: 0 },
    { ciphertext: sum, value: 0 },
  ];
  return {
    overall: { branches: [{ ciphertext: first, value: 1 }, ...values], prefix: `bproof1|${statement}|` },
    blank: { branches: exclusive, prefix: `bproof0|${statement}|` },
  };
}

/**
 * @param {PublicKey} key
 * @param {Question} question
 * @param {Opened[]} choices
 * @param {string} context φ and credential
 * @returns {{ overall: Proof[], blank?: Proof[] }}
 */
function proveWhole(key, question, choices, context) {
  const sum = total(key.group, choices.slice(Number(question.blank)));
  const { overall, blank } = statementsOf(question, choices, sum, context);
  return {
    overall: proveDisjunction(key, overall.branches, overall.prefix),
    ...(blank && { blank: proveDisjunction(key, blank.branches, blank.prefix) }),
  };
}

/**
 * Refuse a vote that the question does not allow: it could not be proved.
 * @param {Question} question
 * @param {number[]} votes
 */
function checkVotes(question, votes) {
  const sum = votes.slice(Number(question.blank)).reduce((count, vote) => count + vote, 0);
  const isBlank = question.blank && votes[0] === 1;
  const allowed = isBlank ? sum === 0 : question.min <= sum && sum <= question.max;
  if (votes.length !== choiceCount(question) || votes.some((vote) => vote !== 0 && vote !== 1) || !allowed) {
    throw new ProtocolError("ballot.choices", { what: "vote" });
  }
}
