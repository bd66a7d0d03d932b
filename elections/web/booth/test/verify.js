/**
 * A judge of ballots for the tests, written from belenios-format.md §1.6 and from nothing in src but
 * the groups and strict reading: it recomputes every commitment as a verifier does, without secrets.
 */
import { createHash } from "node:crypto";
import { compact, decimal, parseCompact } from "../src/canonical.js";

/** @typedef {import("../src/group.js").Group} Group */
/** @typedef {import("../src/group.js").Element} Element */
/** @typedef {{ alpha: Element, beta: Element }} Ciphertext */

const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest();
const compactHash = (/** @type {string} */ text) => sha256(text).toString("base64").slice(0, 43);

/**
 * @param {Group} group
 * @param {string} text
 */
export const challengeOf = (group, text) => BigInt(`0x${sha256(text).toString("hex")}`) % group.q;

/**
 * @param {boolean} condition
 * @param {string} sentence
 */
function demand(condition, sentence) {
  if (!condition) {
    throw new Error(sentence);
  }
}

/**
 * @param {any} value
 * @param {string[]} keys in their order
 */
function demandKeys(value, keys) {
  demand(Object.keys(value).join() === keys.join(), `keys ${Object.keys(value)} instead of ${keys}`);
}

/**
 * Throw unless the ballot is canonical, of this election, proved and signed.
 * @param {import("../src/ballot.js").Election} election
 * @param {Uint8Array} raw
 * @returns {{ preimages: Map<string, string> }} the strings that were hashed, by proof
 */
export function verifyBallot(election, raw) {
  const { group, questions, fingerprint } = election;
  /** @type {Map<string, string>} */
  const preimages = new Map();
  const ballot = parseCompact(raw, "ballot");
  demandKeys(ballot, ["election_uuid", "election_hash", "credential", "answers", "signature"]);
  demandKeys(ballot.signature, ["hash", "proof"]);
  demand(ballot.election_uuid === election.uuid, "another election");
  demand(ballot.election_hash === fingerprint, "another record");
  demand(ballot.answers.length === questions.length, "number of answers");
  const credential = group.element(ballot.credential, "credential");
  demand(credential.text !== group.identity.text, "neutral credential");
  const context = `${fingerprint}|${credential.text}`;

  /** @type {(proofs: any, branches: { ciphertext: Ciphertext, value: number }[], prefix: string, label: string) => void} */
  const disjunction = (proofs, branches, prefix, label) => {
    demand(proofs.length === branches.length, `${label}: number of branches`);
    let sum = 0n;
    const commitments = branches.map(({ ciphertext: { alpha, beta }, value }, index) => {
      demandKeys(proofs[index], ["challenge", "response"]);
      const c = decimal(proofs[index].challenge, label, group.q);
      const r = decimal(proofs[index].response, label, group.q);
      sum += c;
      const shifted = beta.times(group.powerG(BigInt(-value)));
      const a = group.powerG(r).times(alpha.power(c));
      const b = election.publicKey.power(r).times(shifted.power(c));
      return `${a.text},${b.text}`;
    });
    const preimage = prefix + commitments.join(",");
    preimages.set(label, preimage);
    demand(sum % group.q === challengeOf(group, preimage), `${label}: challenges`);
  };

  questions.forEach((question, number) => {
    const answer = ballot.answers[number];
    const { blank, min, max } = question;
    demandKeys(answer, ["choices", "individual_proofs", "overall_proof", ...(blank ? ["blank_proof"] : [])]);
    demand(answer.choices.length === question.answers.length + Number(blank), "number of choices");
    demand(answer.individual_proofs.length === answer.choices.length, "number of individual proofs");
    /** @type {Ciphertext[]} */
    const choices = answer.choices.map((/** @type {any} */ choice) => {
      demandKeys(choice, ["alpha", "beta"]);
      return { alpha: group.element(choice.alpha, "alpha"), beta: group.element(choice.beta, "beta") };
    });
    const texts = choices.map(({ alpha, beta }) => `${alpha.text},${beta.text}`);
    choices.forEach((ciphertext, index) => {
      demand(ciphertext.alpha.text !== group.identity.text, "neutral alpha");
      const branches = [0, 1].map((value) => ({ ciphertext, value }));
      const prefix = `prove|${context}|${texts[index]}|`;
      disjunction(answer.individual_proofs[index], branches, prefix, `q${number} individual ${index}`);
    });
    const sum = choices
      .slice(Number(blank))
      .reduce((left, right) => ({ alpha: left.alpha.times(right.alpha), beta: left.beta.times(right.beta) }));
    const values = [];
    for (let value = min; value <= max; value++) {
      values.push({ ciphertext: sum, value });
    }
    const statement = `${context}|${texts.join(",")}`;
    const [first] = choices;
    if (blank && first !== undefined) {
      const exclusive = [
        { ciphertext: first, value: 0 },
        { ciphertext: sum, value: 0 },
      ];
      disjunction(answer.blank_proof, exclusive, `bproof0|${statement}|`, `q${number} blank_proof`);
      const allowed = [{ ciphertext: first, value: 1 }, ...values];
      disjunction(answer.overall_proof, allowed, `bproof1|${statement}|`, `q${number} overall_proof (blank)`);
    } else {
      const prefix = `prove|${statement}|${sum.alpha.text},${sum.beta.text}|`;
      disjunction(answer.overall_proof, values, prefix, `q${number} overall_proof`);
    }
  });

  const { signature, ...unsigned } = ballot;
  demand(signature.hash === compactHash(compact(unsigned)), "signed hash");
  demandKeys(signature.proof, ["challenge", "response"]);
  const c = decimal(signature.proof.challenge, "signature", group.q);
  const r = decimal(signature.proof.response, "signature", group.q);
  const preimage = `sig|${signature.hash}|${group.powerG(r).times(credential.power(c)).text}`;
  preimages.set("ballot signature", preimage);
  demand(c === challengeOf(group, preimage), "signature");
  return { preimages };
}
