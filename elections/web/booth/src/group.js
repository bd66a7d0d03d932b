/**
 * The two groups, behind one interface (protocol.md §2, belenios-format.md §1.3–1.4).
 *
 * `Ed25519` is the prime-order subgroup of RFC 8032 through @noble/curves; `BELENIOS-2048` is the
 * order-q subgroup modulo a 2048-bit prime with BigInt. An element is always a member of its group:
 * `element` is the only way in from text, and it checks. BigInt arithmetic takes a time that depends
 * on its operands; whoever can measure that on the elector's device holds the device already, which
 * no part of this protocol withstands (protocol.md §13).
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { hexDecode, toInteger } from "./bytes.js";
import { decimal } from "./canonical.js";
import { ProtocolError } from "./errors.js";

/**
 * A member of a group, written multiplicatively.
 * @typedef {object} Element
 * @property {string} text as Belenios writes it; equal elements have equal texts
 * @property {(other: any) => Element} times
 * @property {(exponent: bigint) => Element} power the exponent is taken modulo q
 */

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {bigint} q the prime order
 * @property {number} digits the most characters an element's text can have
 * @property {Element} identity
 * @property {(text: unknown, what: string) => Element} element strict reading, with the test of membership
 * @property {(exponent: bigint) => Element} powerG the generator to an exponent
 * @property {(base: any) => (exponent: bigint) => Element} table powers of a base that is used often
 */

/**
 * @param {bigint} number
 * @param {bigint} q
 */
export const modulo = (number, q) => ((number % q) + q) % q;

/**
 * A uniform exponent from the system's generator: 64 bytes modulo q, so the bias is below 2⁻²⁵⁶.
 * @param {Group} group
 */
export const randomScalar = (group) => toInteger(crypto.getRandomValues(new Uint8Array(64))) % group.q;

// --- Ed25519 ---------------------------------------------------------------------------------------

const { Point } = ed25519;
const ED_ORDER = Point.Fn.ORDER;

class EdwardsElement {
  /** @type {string | undefined} */
  #text;

  /** @param {InstanceType<typeof Point>} point */
  constructor(point) {
    this.point = point;
  }

  /** The big-endian hexadecimal of RFC 8032's little-endian bytes. */
  get text() {
    return (this.#text ??= bytesToHex(this.point.toBytes().reverse()));
  }

  /** @param {EdwardsElement} other */
  times(other) {
    return new EdwardsElement(this.point.add(other.point));
  }

  /** @param {bigint} exponent */
  power(exponent) {
    // The library refuses the scalar 0 and the identity, which Belenios allows.
    const scalar = modulo(exponent, ED_ORDER);
    const neutral = scalar === 0n || this.point.is0();
    return new EdwardsElement(neutral ? Point.ZERO : this.point.multiply(scalar));
  }
}

const edwardsGenerator = new EdwardsElement(Point.BASE);

/** @type {Group} */
const ed25519Group = {
  name: "Ed25519",
  q: ED_ORDER,
  digits: 64,
  identity: new EdwardsElement(Point.ZERO),
  powerG: (exponent) => edwardsGenerator.power(exponent),
  table(/** @type {EdwardsElement} */ base) {
    base.point.precompute(6);
    return (exponent) => base.power(exponent);
  },
  element(text, what) {
    const data = hexDecode(text, what).reverse();
    let point;
    try {
      point = Point.fromBytes(data, false);
    } catch {
      throw new ProtocolError("group.member", { what, group: "Ed25519" });
    }
    if (!point.isTorsionFree()) {
      throw new ProtocolError("group.member", { what, group: "Ed25519" });
    }
    return new EdwardsElement(point);
  },
};

// --- BELENIOS-2048 ---------------------------------------------------------------------------------

const P = BigInt(
  "20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129" +
    "06663313807895840496005438963628979639303877390572280360597374942767137677761889858987273586504908116709" +
    "93105358677809800307904916540637771737641986785272734744763418356000356983051931442845617019110007867373" +
    "07333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363" +
    "38608879688212076943236614949100292344434637322214588410058642105024212036543356120132048111885240873107" +
    "7014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719",
);
const G = BigInt(
  "24023526775018522092276877035323999327122876573783649165100753187876632741463532193202856761552696787996" +
    "94668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846" +
    "13986453266121505579709716201616827031288643245666383486363578210615491841998253431518974065818686865115" +
    "13585764101388822153960160432288436039309893336627728484065931384060102316750957637779826651036068224066" +
    "35076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600" +
    "205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627",
);
const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
const WINDOW = 5n;

/**
 * @param {bigint} base
 * @param {bigint} exponent not negative
 */
function powerModP(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === "1") {
      result = (result * base) % P;
    }
  }
  return result;
}

class ModularElement {
  /** @param {bigint} value */
  constructor(value) {
    this.value = value;
  }

  get text() {
    return this.value.toString();
  }

  /** @param {ModularElement} other */
  times(other) {
    return new ModularElement((this.value * other.value) % P);
  }

  /** @param {bigint} exponent */
  power(exponent) {
    return new ModularElement(powerModP(this.value, modulo(exponent, Q)));
  }
}

/**
 * Powers of a base from tables of 5-bit windows: 52 multiplications each, after 1612 to prepare.
 * @param {ModularElement} base
 * @returns {(exponent: bigint) => ModularElement}
 */
function windowTable(base) {
  /** @type {bigint[][]} */
  const rows = [];
  let step = base.value;
  for (let rest = Q; rest > 0n; rest >>= WINDOW) {
    const row = [1n];
    for (let digit = 1; digit < 2 ** Number(WINDOW); digit++) {
      row.push((/** @type {bigint} */ (row[digit - 1]) * step) % P);
    }
    rows.push(row);
    step = (/** @type {bigint} */ (row.at(-1)) * step) % P;
  }
  return (exponent) => {
    let rest = modulo(exponent, Q);
    let result = 1n;
    for (const row of rows) {
      result = (result * /** @type {bigint} */ (row[Number(BigInt.asUintN(Number(WINDOW), rest))])) % P;
      rest >>= WINDOW;
    }
    return new ModularElement(result);
  };
}

/** @type {((exponent: bigint) => ModularElement) | undefined} */
let powersOfG;

/** @type {Group} */
const belenios2048 = {
  name: "BELENIOS-2048",
  q: Q,
  digits: 617,
  identity: new ModularElement(1n),
  powerG: (exponent) => (powersOfG ??= windowTable(new ModularElement(G)))(exponent),
  table: windowTable,
  element(text, what) {
    const value = decimal(text, what, P);
    if (value === 0n || powerModP(value, Q) !== 1n) {
      throw new ProtocolError("group.member", { what, group: "BELENIOS-2048" });
    }
    return new ModularElement(value);
  },
};

/**
 * The group of that name; any other name is refused.
 * @param {unknown} name
 * @param {string} [what]
 * @returns {Group}
 */
export function groupByName(name, what = "group") {
  const group = [ed25519Group, belenios2048].find((candidate) => candidate.name === name);
  if (group === undefined) {
    throw new ProtocolError("group.name", { what, name: String(name).slice(0, 40) });
  }
  return group;
}
