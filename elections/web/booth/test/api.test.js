/** The client: what is asked again, what a refusal carries, how long it waits. */
import assert from "node:assert/strict";
import test from "node:test";
import { Api, Refusal, Unreachable, kindOf } from "../src/pages/api.js";

/**
 * A client whose server gives these answers in turn, and the pauses it made.
 * @param {(Response | Error)[]} answers
 */
function client(...answers) {
  /** @type {number[]} */
  const pauses = [];
  /** @type {{ path: string, init: RequestInit }[]} */
  const asked = [];
  const api = new Api("u", "token", {
    fetch: async (path, init = {}) => {
      asked.push({ path: String(path), init });
      const answer = answers.shift();
      if (answer instanceof Response) {
        return answer;
      }
      throw answer ?? new Error("nothing more");
    },
    pause: async (seconds) => pauses.push(seconds),
  });
  return { api, pauses, asked };
}

const json = (/** @type {unknown} */ value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers });
const lost = () => new TypeError("connection lost");
const SALT = { salt: Buffer.alloc(32, 7).toString("base64") };
const RECEIPTS = { already: false, hour: "", register: "r", urn: "u" };

test("what may be repeated is repeated twice, with pauses", async () => {
  const { api, pauses, asked } = client(lost(), lost(), json(SALT));
  assert.deepEqual(await api.salt(), new Uint8Array(32).fill(7));
  assert.deepEqual(pauses, [1, 2]);
  assert.deepEqual(asked.map(({ path }) => path), Array(3).fill("/scrutin/u/sel"));
  const dead = client(lost(), lost(), lost(), json(SALT));
  await assert.rejects(dead.api.salt(), Unreachable);
});

test("a cast is repeated only where the server was too busy to begin", async () => {
  await assert.rejects(client(lost(), json(RECEIPTS)).api.cast(new Uint8Array(3)), Unreachable);
  await assert.rejects(client(json({}, 500), json(RECEIPTS)).api.cast(new Uint8Array(3)), Unreachable);
  const { api, pauses } = client(json({}, 503, { "Retry-After": "3" }), json(RECEIPTS));
  assert.deepEqual(await api.cast(new Uint8Array(3)), { already: false, register: "r", urn: "u" });
  assert.deepEqual(pauses, [3]);
  const slow = client(json({}, 503, { "Retry-After": "86400" }), json(RECEIPTS));
  await slow.api.cast(new Uint8Array(3));
  assert.deepEqual(slow.pauses, [10]);
});

test("every POST carries the page's token, and no request follows a redirection", async () => {
  const { api, asked } = client(json({ s: "x" }), json({ election: "", setup: "", trustees: "" }));
  await api.token("etat", { signature: "s", z: "z" });
  await api.files();
  const [post, get] = asked.map(({ init }) => /** @type {any} */ (init));
  assert.deepEqual(
    [post.method, post.headers["X-CSRFToken"], post.headers["Content-Type"], post.body],
    ["POST", "token", "application/json", '{"signature":"s","z":"z"}'],
  );
  assert.equal(get.headers["X-CSRFToken"], undefined);
  assert.deepEqual([post.redirect, get.redirect], ["error", "error"]);
  assert.ok(post.signal instanceof AbortSignal);
});

test("a refusal keeps its name and sentence", async () => {
  const { api, asked } = client(json({ error: "registry.hour", message: "Le vote est clos." }, 409));
  await assert.rejects(api.salt(), (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.rule, error.message, kindOf(error)], ["registry.hour", "Le vote est clos.", "closed"]);
    return true;
  });
  assert.equal(asked.length, 1);
});

test("an answer that is not ours is no answer", async () => {
  const page = () => new Response("<html>", { status: 413 });
  await assert.rejects(client(page(), page(), page()).api.salt(), Unreachable);
  const html = () => new Response("<html>");
  await assert.rejects(client(html(), html(), html()).api.standing(), Unreachable);
});

test("causes are told apart", () => {
  const kinds = ["web.session", "issuer.phase", "casting.busy", "issuer.second"].map((rule) => kindOf(new Refusal(rule, "")));
  assert.deepEqual(kinds, ["expired", "closed", "interrupted", "alarm"]);
  assert.deepEqual([kindOf(new Unreachable()), kindOf(new TypeError("a fault of ours"))], ["interrupted", "alarm"]);
});
