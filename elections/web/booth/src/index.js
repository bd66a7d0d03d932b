/**
 * The browser's part of the protocol, as the pages import it.
 *
 * In the order of an elector's way: `openContest` checks the files, `readCode` and `votingKeys` take
 * the voting code, `contestSeed` and what follows derive the secrets, `makeBallot` makes the ballot,
 * `Blinded` gets the tokens, `castBody` the request, the receipts and the log are checked at the end.
 */
export { ProtocolError, RULES } from "./errors.js";
export { base64, base64Decode, hex, hexDecode } from "./bytes.js";
export { openContest, questionOf } from "./setup.js";
export {
  blinding,
  contestSeed,
  credentialScalar,
  publicHex,
  pssSalt,
  readCode,
  signRegister,
  signRequest,
  votingKeys,
} from "./code.js";
export { choiceCount, makeBallot, parseElection, tracker } from "./ballot.js";
export { Blinded, tokenMessage } from "./token.js";
export { castBody, castLength, entry } from "./request.js";
export { checkRegisterReceipt, checkUrnReceipt } from "./receipt.js";
export { checkLeaves, leafHash, openCheckpoint, place, readLeaves } from "./log.js";
export { openNote } from "./note.js";
