/**
 * The challenge: a ballot that is opened instead of cast, to see what this device has put into it (protocol.md §8).
 *
 * The booth writes the file, the page that is opened from disk reads it, and `elections/protocol/challenge.py` does both.
 * Whoever reads one judges the ballot as the urn would and makes every ciphertext again: what the file says is what the
 * ballot holds. That it is the right election and the right ballot, φ and tracker say, which a person compares.
 */
import { choiceCount, parseElection, statementsOf, tracker, valuesOf } from "./ballot.js";
import { base64Compact, decodeUtf8, utf8 } from "./bytes.js";
import { array, compact, decimal, encode, fields, integer, orderedFields, parseCanonical, string } from "./canonical.js";
import { checkDisjunction, checkHashSignature, pairText, parseProof, product } from "./elgamal.js";
import { ProtocolError } from "./errors.js";

/** @typedef {import("./ballot.js").Election} Election */
/** @typedef {import("./ballot.js").Made} Made */
/** @typedef {import("./ballot.js").Question} Question */
/** @typedef {import("./elgamal.js").Ciphertext} Ciphertext */
/** @typedef {import("./elgamal.js").Scalars} Scalars */
/** @typedef {import("./group.js").Group} Group */

/**
 * A challenge that holds. `answers` are those chosen to each question, null for blank.
 * @typedef {{ election: Election, tracker: string, answers: (string | null)[][] }} Challenge
 */

/**
 * @typedef {object} Answer
 * @property {Ciphertext[]} choices
 * @property {Scalars[][]} individual
 * @property {Scalars[]} overall
 * @property {Scalars[] | undefined} blank
 */

const FORMAT = "isoloir-challenge-1";

/**
 * The challenge file of a ballot that is not going to be cast.
 * @param {Election} election
 * @param {Made} made
 * @param {number[][]} votes
 */
export const writeChallenge = (election, { raw, randomness }, votes) =>
  encode({
    election: decodeUtf8(election.raw, "election"),
    format: FORMAT,
    opened: {
      ballot: decodeUtf8(raw, "ballot"),
      choices: votes,
      randomness: randomness.map((row) => row.map(String)),
    },
  });

/**
 * Read a challenge file strictly; refused unless the ballot holds, and holds what is said of it.
 * @param {string} text
 * @returns {Challenge}
 */
export function readChallenge(text) {
  const what = "challenge";
  const value = fields(parseCanonical(text, what), what, ["election", "format", "opened"]);
  string(value["format"], `${what}, format`, new RegExp(`^${FORMAT}$`));
  const election = parseElection(utf8(string(value["election"], `${what}, election`)));
  const opened = fields(value["opened"], what, ["ballot", "choices", "randomness"]);
  const ballot = string(opened["ballot"], what);
  const answers = checkBallot(election, ballot);
  const rows = array(opened["choices"], `${what}, choices`, answers.length);
  const randomness = array(opened["randomness"], `${what}, randomness`, answers.length);
  const chosen = answers.map(({ choices }, index) => checkOpening(election, choices, rows[index], randomness[index]));
  return {
    election,
    tracker: tracker(utf8(ballot)),
    answers: election.questions.map((question, index) => answersOf(question, chosen[index] ?? [])),
  };
}

/**
 * @param {Question} question
 * @param {number[]} row
 */
function answersOf({ answers, blank }, row) {
  const all = blank ? [null, ...answers] : answers;
  return all.filter((_, index) => row[index] === 1);
}

/**
 * Refuse unless every ciphertext is made of the choice and the randomness that are given.
 * @param {Election} election
 * @param {Ciphertext[]} ciphertexts
 * @param {any} row
 * @param {any} randomness
 * @returns {number[]} the choices
 */
function checkOpening({ group, publicKey }, ciphertexts, row, randomness) {
  const what = "challenge, ballot";
  const exponents = array(randomness, `${what}, randomness`, ciphertexts.length);
  return array(row, `${what}, choices`, ciphertexts.length).map((choice, index) => {
    const number = integer(choice, `${what}, choices`, 0, 1);
    const exponent = decimal(exponents[index], `${what}, randomness`, group.q);
    if (pairText(publicKey.encrypt(BigInt(number), exponent)) !== pairText(/** @type {Ciphertext} */ (ciphertexts[index]))) {
      throw new ProtocolError("ballot.opening", { what });
    }
    return number;
  });
}

/**
 * Refuse a ballot unless it is canonical, of this election, proved and signed, with no neutral element where randomness
 * belongs and no randomness twice: what the urn asks for (V05).
 * @param {Election} election
 * @param {string} text
 * @returns {Answer[]}
 */
export function checkBallot(election, text) {
  const what = "ballot";
  const { group } = election;
  const { credential, answers, hash, proof, unsigned } = parseBallot(group, text, what);
  if (unsigned["election_uuid"] !== election.uuid) {
    throw new ProtocolError("ballot.election", { what });
  }
  if (unsigned["election_hash"] !== election.fingerprint) {
    throw new ProtocolError("ballot.fingerprint", { what });
  }
  if (answers.length !== election.questions.length) {
    throw new ProtocolError("ballot.shape", { what });
  }
  const context = `${election.fingerprint}|${credential.text}`;
  election.questions.forEach((question, index) => {
    checkAnswer(election, question, /** @type {Answer} */ (answers[index]), context, `${what}, answer ${index + 1}`);
  });
  if (base64Compact(utf8(compact(unsigned))) !== hash) {
    throw new ProtocolError("ballot.signature-hash", { what });
  }
  checkHashSignature(group, credential, hash, proof, what);
  const alphas = answers.flatMap(({ choices }) => choices.map(({ alpha }) => alpha.text));
  if ([credential.text, ...alphas].includes(group.identity.text)) {
    throw new ProtocolError("ballot.identity", { what });
  }
  if (new Set(alphas).size !== alphas.length) {
    throw new ProtocolError("ballot.alpha-twice", { what });
  }
  return answers;
}

/**
 * Read a ballot, refused unless Belenios would have written these bytes.
 * @param {Group} group
 * @param {string} text
 * @param {string} what
 */
function parseBallot(group, text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError("json.syntax", { what });
  }
  const keys = ["election_uuid", "election_hash", "credential", "answers", "signature"];
  const { signature, ...unsigned } = orderedFields(value, what, keys);
  const { hash, proof } = orderedFields(signature, `${what}, signature`, ["hash", "proof"]);
  if (compact(value) !== text) {
    throw new ProtocolError("ballot.canonical", { what });
  }
  return {
    credential: group.element(unsigned["credential"], `${what}, credential`),
    answers: array(unsigned["answers"], what).map((answer) => parseAnswer(group, answer, `${what}, answer`)),
    hash: string(hash, `${what}, signature`),
    proof: parseProof(group, proof, `${what}, signature`),
    unsigned,
  };
}

/**
 * @param {Group} group
 * @param {any} value
 * @param {string} what
 * @returns {Answer}
 */
function parseAnswer(group, value, what) {
  const keys = ["choices", "individual_proofs", "overall_proof"];
  const answer = orderedFields(value, what, keys, ["blank_proof"]);
  const proofs = (/** @type {any} */ items) => array(items, what).map((item) => parseProof(group, item, what));
  return {
    choices: array(answer["choices"], what).map((choice) => {
      const { alpha, beta } = orderedFields(choice, what, ["alpha", "beta"]);
      return { alpha: group.element(alpha, `${what}, alpha`), beta: group.element(beta, `${what}, beta`) };
    }),
    individual: array(answer["individual_proofs"], what).map(proofs),
    overall: proofs(answer["overall_proof"]),
    blank: "blank_proof" in answer ? proofs(answer["blank_proof"]) : undefined,
  };
}

/**
 * @param {Election} election
 * @param {Question} question
 * @param {Answer} answer
 * @param {string} context φ and credential
 * @param {string} what
 */
function checkAnswer({ group, publicKey }, question, { choices, individual, overall, blank }, context, what) {
  const count = choiceCount(question);
  if (choices.length !== count || individual.length !== count || (blank !== undefined) !== question.blank) {
    throw new ProtocolError("ballot.shape", { what });
  }
  choices.forEach((choice, index) => {
    const prefix = `prove|${context}|${pairText(choice)}|`;
    checkDisjunction(publicKey, valuesOf(choice, 0, 1), individual[index] ?? [], prefix, "ballot.individual-proof", what);
  });
  const sum = product(group, choices.slice(Number(question.blank)));
  const whole = statementsOf(question, choices, sum, context);
  checkDisjunction(publicKey, whole.overall.branches, overall, whole.overall.prefix, "ballot.overall-proof", what);
  if (whole.blank !== undefined) {
    checkDisjunction(publicKey, whole.blank.branches, blank ?? [], whole.blank.prefix, "ballot.blank-proof", what);
  }
}
