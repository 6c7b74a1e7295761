import { cautionByPlace, kindOf } from "./places_data.js";

/**
 * What the finder is given, packed so that the first page stays small: see `live_finder.py`.
 *
 * @typedef {import("./places_data.js").PaidPlace} PaidPlace
 * @typedef {{first: number, place: number}} Run  ZIP codes from one on; -1 if they are nowhere.
 * @typedef {{name: string, state: string, place: PaidPlace}} Named
 * @typedef {{places: string, pay: Record<string, string>, zips: string, price_year: number,
 *   cautions: Record<string, Record<string, string>>, cities: Record<string, string>,
 *   counties: Record<string, string>}} Packed
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const PAY_WIDTH = 3;
const PLACE_WIDTH = 2;
const NOWHERE = 64 ** PLACE_WIDTH - 1;

/** @param {string} text  A whole number in base 64. */
const unpacked = (text) => [...text].reduce((sum, digit) => 64 * sum + DIGITS.indexOf(digit), 0);

/** @param {string} text  @param {number} width */
const pieces = (text, width) => text.match(new RegExp(`.{${width}}`, "g")) ?? [];

/** @param {Packed} data  @returns {PaidPlace[]} */
export function unpackPlaces({ places, pay, cautions, price_year: year }) {
  const rows = Object.entries(pay).map(
    ([occupation, text]) =>
      /** @type {const} */ ([
        occupation,
        pieces(text, 6 * PAY_WIDTH),
        cautionByPlace(cautions[occupation]),
      ]),
  );
  return places.split("\n").map((line, row) => {
    const [code, title, states, parity] = line.split("|");
    const held = rows.flatMap(([occupation, texts, said]) => {
      const numbers = pieces(texts[row], PAY_WIDTH).map((tens) =>
        tens === "___" ? null : 10 * unpacked(tens),
      );
      const percentiles = numbers.slice(0, 5);
      if (percentiles.every((one) => one === null)) return [];
      const caution = said[code] ?? "";
      return [[occupation, { percentiles, jobs: numbers[5], caution }]];
    });
    return {
      code,
      title,
      kind: kindOf(code),
      states: states.split("-"),
      parity: parity ? Number(parity) : null,
      year,
      pay: Object.fromEntries(held),
    };
  });
}

/**
 * Names by state: a group for each place, its number and the names in order, each without the
 * beginning that it shares with the one before; `+` stands for "County".
 *
 * @param {Record<string, string>} groups
 * @param {PaidPlace[]} places
 * @returns {Named[]}
 */
export function unpackNames(groups, places) {
  return Object.entries(groups).flatMap(([state, text]) =>
    text.split("|").flatMap((group) => {
      let name = "";
      const place = places[unpacked(group.slice(0, PLACE_WIDTH))];
      return (group.slice(PLACE_WIDTH).match(/\d\D*/g) ?? []).map((piece) => {
        name = name.slice(0, Number(piece[0])) + piece.slice(1);
        return { name: name.replace(/\+$/, " County"), state, place };
      });
    }),
  );
}

/** @param {string} text  Runs of ZIP codes, each its length and its place.  @returns {Run[]} */
export function unpackRuns(text) {
  let first = 0;
  return pieces(text, 1 + PLACE_WIDTH).map((piece) => {
    const place = unpacked(piece.slice(1));
    const run = { first, place: place === NOWHERE ? -1 : place };
    first += unpacked(piece[0]);
    return run;
  });
}
