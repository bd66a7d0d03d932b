/**
 * "Check my ballot" (docs/web.md, protocol.md §8): is this leaf in the log that the urn has signed?
 *
 * The browser takes all leaf hashes, recomputes the root and compares; what is looked for comes from
 * the fragment, a file or a field, and is sent to nobody. The urn's key comes from the sealed files,
 * which are checked as before a vote.
 */
import { ProtocolError } from "../errors.js";
import { hexDecode } from "../bytes.js";
import { checkLeaves, openCheckpoint, place, readLeaves } from "../log.js";
import { readUrnReceipt } from "../receipt.js";
import { openContest } from "../setup.js";
import { Refusal, kindOf } from "./api.js";
import { Controller } from "./controller.js";
import { readFragment, readLeaf, urnNote } from "./receipts.js";

/** @typedef {import("./receipts.js").Found} Found */

/** The page of the check. */
export class Check extends Controller {
  /** @type {Found | undefined} */
  #sought;
  /** @type {Promise<import("../elector.js").Contest> | undefined} */
  #contest;

  /**
   * Begin.
   * @param {string} fragment of the page's address
   */
  async start(fragment) {
    const page = this.page;
    page.onForm("check", (data) => this.run(() => this.#typed(String(data.get("leaf") ?? ""))));
    page.onFile("receipt", (text) => this.run(() => this.#opened(text)));
    page.onAction("retry", () => this.run(() => this.#look()));
    page.onAction("again", () => page.show("ask"));
    await this.follow(fragment);
  }

  /**
   * Look for the ballot that a fragment names; ask for one if it names none.
   * @param {string} fragment
   */
  async follow(fragment) {
    await this.run(async () => {
      try {
        this.#sought = readFragment(fragment);
      } catch {
        this.page.show("ask");
        this.wrong("check", "leaf", "leaf.form");
        return;
      }
      if (this.#sought === undefined) {
        this.page.show("ask");
      } else {
        await this.#look();
      }
    });
  }

  /** @param {string} typed */
  async #typed(typed) {
    try {
      this.#sought = { tracker: "", leaf: readLeaf(typed) };
    } catch {
      this.wrong("check", "leaf", "leaf.form");
      return;
    }
    await this.#look();
  }

  /** @param {string} text of a file of receipts */
  async #opened(text) {
    const { election, setup } = await this.#open();
    const expected = { contest: setup.contest.uuid, fingerprint: election.fingerprint };
    try {
      this.#sought = readUrnReceipt(urnNote(text), setup.urn.key, expected);
    } catch (error) {
      const { rule } = /** @type {ProtocolError} */ (error);
      this.wrong("check", "receipt", rule === "receipt.urn" ? rule : "receipt.form");
      return;
    }
    await this.#look();
  }

  /** The sealed files, fetched and checked once. */
  async #open() {
    this.#contest ??= this.api.files().then(openContest);
    try {
      return await this.#contest;
    } catch (error) {
      this.#contest = undefined;
      throw error;
    }
  }

  async #look() {
    const page = this.page;
    const sought = this.#sought;
    if (sought === undefined) {
      page.show("ask");
      return;
    }
    this.progress("working", "progress.leaves");
    const [{ setup }, { checkpoint, leaves }] = await Promise.all([this.#open(), this.api.leaves()]);
    const { uuid } = setup.contest;
    if (uuid !== page.facts["contest"]) {
      throw new ProtocolError("setup.election");
    }
    const signed = openCheckpoint(checkpoint, setup.urn.key, `${setup.urn.name}/${uuid}`);
    const hashes = readLeaves(leaves);
    checkLeaves(signed, hashes);
    const index = place(hashes, hexDecode(sought.leaf, "leaf hash"));
    page.fill("tracker", sought.tracker);
    page.when("tracker", sought.tracker !== "");
    page.fill("size", `${signed.size}`);
    if (index !== undefined) {
      page.fill("place", `${index + 1}`);
      page.show("found");
    } else {
      page.show(page.facts["final"] === undefined ? "waiting" : "absent");
    }
  }

  /**
   * @override
   * @param {unknown} error
   */
  async failed(error) {
    const kind = kindOf(error);
    if (kind === "expired") {
      this.page.reload(); // the server leads to its door
    } else if (kind === "interrupted") {
      this.page.show("interrupted");
    } else if (error instanceof Refusal) {
      this.page.show("ask");
      this.page.errors("check", [{ field: "leaf", sentence: error.message }]);
    } else {
      await this.alarm(error);
    }
  }
}
