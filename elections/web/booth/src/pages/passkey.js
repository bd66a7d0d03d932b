/**
 * Passkeys: asks the server what is to be signed, the browser for the answer, and sends it with the form around.
 *
 * `[data-passkey]` says which: `new` makes one, `known` and `whole` have one answer. Its button is shown here, since
 * without a script, or in a browser without passkeys, it could do nothing; the hint beside it says so then.
 */
import { all } from "./dom.js";

/**
 * @param {string} text Base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (symbol) => symbol.charCodeAt(0));

/** @param {ArrayBuffer} buffer */
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @param {{ id: string, type: "public-key" }} known */
const named = (known) => ({ ...known, id: bytes(known.id) });

/**
 * What the server reads of a new passkey.
 * @param {any} options
 */
async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(named),
  };
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const { attestationObject, clientDataJSON } = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
  return shaped(credential, {
    attestationObject: text(attestationObject),
    clientDataJSON: text(clientDataJSON),
  });
}

/**
 * What the server reads of an answer.
 * @param {any} options
 */
async function answered(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(named),
  };
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
  return shaped(credential, {
    authenticatorData: text(response.authenticatorData),
    clientDataJSON: text(response.clientDataJSON),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

/**
 * @param {PublicKeyCredential} credential
 * @param {Record<string, string | null>} response
 */
const shaped = (credential, response) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  clientExtensionResults: {},
  response,
});

for (const place of all(document, "[data-passkey]")) {
  const form = /** @type {HTMLFormElement} */ (place.closest("form"));
  const answer = /** @type {HTMLInputElement} */ (form.querySelector("[data-passkey-answer]"));
  const token = /** @type {HTMLInputElement} */ (form.querySelector("[name=csrf_token]"));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("[data-passkey-button]"));
  const failed = /** @type {HTMLElement} */ (place.querySelector("[data-passkey-failed]"));
  if (!("PublicKeyCredential" in globalThis)) {
    continue;
  }
  button.hidden = false;
  /** @type {HTMLElement} */ (place.querySelector("[data-passkey-missing]")).hidden = true;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    button.disabled = true;
    try {
      const headers = { "X-CSRFToken": token.value };
      const response = await fetch(place.dataset["challenge"] ?? "", { method: "POST", headers, redirect: "error" });
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      const options = await response.json();
      answer.value = JSON.stringify(await (place.dataset["passkey"] === "new" ? made : answered)(options));
      form.submit();
    } catch {
      // Whoever said no to the browser, had no passkey or waited too long reads the same: try again.
      failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
