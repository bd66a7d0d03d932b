/** Makes ballots for a test of another language: election record and votes come in, a ballot a line goes out. */
import { readFileSync } from "node:fs";
import { makeBallot, parseElection } from "../src/ballot.js";
import { utf8 } from "../src/bytes.js";

const { election: record, votes } = JSON.parse(readFileSync(0, "utf-8"));
const election = parseElection(utf8(record));
for (const vote of votes) {
  console.log(Buffer.from(makeBallot(election, 77n, vote).raw).toString());
}
