/**
 * Places and their pay, as notebooks hand them over.
 *
 * @typedef {import("./offers_model.js").Place} Place
 * @typedef {{percentiles: (number | null)[], jobs: number | null, caution: string}} Pay
 * @typedef {Place & {pay: Record<string, Pay>}} PaidPlace  Pay by occupation.
 * @typedef {(number | null)[]} Numbers
 * @typedef {{places: [string, string, string, number | null, number | null][],
 *   pay: Record<string, (Numbers | 0)[]>, cautions: Record<string, Record<string, string>>,
 *   occupations: Record<string, string>, year: number}} PlacesData
 */

/**
 * What to say with care, by place.
 *
 * @param {Record<string, string>} cautions  The codes of places, by what to say of them.
 * @returns {Record<string, string>}
 */
export const cautionByPlace = (cautions) =>
  Object.fromEntries(
    Object.entries(cautions).flatMap(([said, codes]) =>
      codes.split(" ").map((code) => [code, said]),
    ),
  );

/**
 * @param {PlacesData} data
 * @returns {PaidPlace[]}
 */
export function readPlaces(data) {
  const cautions = Object.fromEntries(
    Object.entries(data.cautions).map(([occupation, said]) => [occupation, cautionByPlace(said)]),
  );
  return data.places.map(([code, title, states, parity, year], row) => {
    /** @type {Record<string, Pay>} */
    const pay = {};
    for (const [occupation, rows] of Object.entries(data.pay)) {
      const numbers = rows[row];
      if (numbers === 0) continue;
      const percentiles = numbers.slice(0, 5).map((tens) => (tens === null ? null : 10 * tens));
      pay[occupation] = {
        percentiles,
        jobs: numbers[5],
        caution: cautions[occupation][code] ?? "",
      };
    }
    return { code, title, kind: kindOf(code), states: states.split("-"), parity, year, pay };
  });
}

/** @param {string} code */
export function kindOf(code) {
  if (code === "US") return "nation";
  return code.startsWith("US-") ? "state" : "area";
}

/**
 * Text as it is compared: small letters and figures alone, without accents, `st` for `saint`.
 *
 * @param {string} text
 */
export const plain = (text) =>
  text
    .normalize("NFD")
    .toLowerCase()
    .replace(/\bsaint\b/g, "st")
    .replace(/\bmount\b/g, "mt")
    .replace(/\bfort\b/g, "ft")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
