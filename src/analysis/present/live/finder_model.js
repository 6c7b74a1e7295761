import { unpackNames, unpackPlaces, unpackRuns } from "./finder_data.js";
import { plain } from "./places_data.js";

/**
 * Finds places by state, area, city, county, ZIP code or code, misspelt ones too.
 *
 * @typedef {import("./places_data.js").PaidPlace} PaidPlace
 * @typedef {import("./finder_data.js").Packed} Packed
 * @typedef {import("./finder_data.js").Named} Named
 * @typedef {{name: string, words: string, kind: string, states: string[], place: PaidPlace}} Entry
 * @typedef {Entry & {near: boolean}} Found  `near`: spelt otherwise than typed.
 */

const KINDS = ["state", "area", "city", "county"];
const MOST = 8;

/** @param {Packed} data */
export function makeFinder(data) {
  const places = unpackPlaces(data);
  const states = places.filter(({ kind }) => kind === "state");
  const entries = places
    .filter(({ kind }) => kind !== "nation")
    .map((place) => ({
      name: place.title,
      words: plain(place.title),
      kind: place.kind,
      states: place.states,
      place,
    }));
  entries.push(
    ...named(unpackNames(data.cities, places), "city"),
    ...named(unpackNames(data.counties, places), "county"),
  );
  const runs = unpackRuns(data.zips);

  /** @param {string} zip  @returns {Entry[]} */
  function ofZip(zip) {
    const run = runs.findLast(({ first }) => first <= Number(zip));
    const place = run && places[run.place];
    return place
      ? [{ name: `ZIP code ${zip}`, words: zip, kind: "zip", states: place.states, place }]
      : [];
  }

  /**
   * The words before the name or the letters of a state, and that state; all of them if none.
   *
   * @param {string} words
   */
  function inState(words) {
    for (const {
      title,
      states: [letters],
    } of states) {
      for (const name of [plain(title), plain(letters)]) {
        if (words.endsWith(` ${name}`))
          return { rest: words.slice(0, -name.length - 1), state: letters };
      }
    }
    return { rest: words, state: "" };
  }

  /** @param {string} typed  @returns {Found[]} */
  function find(typed) {
    const words = plain(typed);
    const zip = /^\s*(\d{5})(?:-\d{4})?\s*$/.exec(typed)?.[1];
    const coded = entries.filter(
      ({ place, kind }) =>
        KINDS.indexOf(kind) < 2 &&
        [
          plain(place.code),
          plain(place.code).replace("cbsa ", ""),
          plain(place.code).replace(/^us /, ""),
        ].includes(words),
    );
    const exact = [...(zip ? ofZip(zip) : []), ...coded];
    if (words.length < 2 || zip) return exact.map((entry) => ({ ...entry, near: false }));
    const { rest, state } = inState(words);
    const there = entries.filter(({ states }) => !state || states.includes(state));
    const matches = unlike([
      ...exact,
      ...ranked(entries, words),
      ...(state ? ranked(there, rest) : []),
    ]);
    if (matches.length) return matches.slice(0, MOST).map((entry) => ({ ...entry, near: false }));
    const near = unlike([...similar(entries, words), ...(state ? similar(there, rest) : [])]);
    return near.slice(0, MOST).map((entry) => ({ ...entry, near: true }));
  }

  return { find, places };
}

/** @param {Named[]} names  @param {string} kind  @returns {Entry[]} */
const named = (names, kind) =>
  names.map(({ name, state, place }) => ({
    name: `${name}, ${state}`,
    words: plain(name),
    kind,
    states: [state],
    place,
  }));

/**
 * Those that hold the words: the whole name first, then its beginning, then a word within.
 *
 * @param {Entry[]} entries
 * @param {string} words
 */
function ranked(entries, words) {
  const grade = (/** @type {Entry} */ entry) => {
    if (entry.words === words) return 0;
    if (entry.words.startsWith(words)) return 1;
    return ` ${entry.words}`.includes(` ${words}`) ? 2 : 3;
  };
  return inOrder(
    entries.map((entry) => ({ entry, grade: grade(entry) })).filter(({ grade }) => grade < 3),
  );
}

/**
 * Those that one slip of the pen makes of the words, or two where these are long.
 *
 * @param {Entry[]} entries
 * @param {string} words
 */
function similar(entries, words) {
  const most = words.length < 4 ? 0 : words.length < 8 ? 1 : 2;
  return inOrder(
    entries
      .filter((entry) => Math.abs(entry.words.length - words.length) <= most)
      .map((entry) => ({ entry, grade: editDistance(entry.words, words) }))
      .filter(({ grade }) => grade <= most),
  );
}

/**
 * Best first; a city that its area is named after before others, large areas before small ones.
 *
 * @param {{entry: Entry, grade: number}[]} graded
 */
function inOrder(graded) {
  const size = (/** @type {Entry} */ { place }) => Object.values(place.pay)[0]?.jobs ?? 0;
  const principal = (/** @type {Entry} */ { words, place }) =>
    plain(place.title).startsWith(words) ? 0 : 1;
  return graded
    .sort(
      (one, two) =>
        one.grade - two.grade ||
        KINDS.indexOf(one.entry.kind) - KINDS.indexOf(two.entry.kind) ||
        principal(one.entry) - principal(two.entry) ||
        size(two.entry) - size(one.entry),
    )
    .map(({ entry }) => entry);
}

/** @param {Entry[]} entries  Each once; so is a city that its area is called after. */
function unlike(entries) {
  const seen = new Set();
  return entries.filter(({ name, place }) => {
    const key = `${name} ${place.code}`;
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Letters to add, leave out, change, or swap with the next to make one text of another.
 *
 * @param {string} one
 * @param {string} other
 */
export function editDistance(one, other) {
  let [before, last] = [[0], Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[other.length];
}
