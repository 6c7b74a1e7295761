import { normalQuantile, normalShare } from "./normal.js";

/**
 * Where a pay stands among the jobs of a place, as in `methods/distribution.py`. Pay is US dollars
 * a year; a rank is the share of jobs that pay as much or less.
 *
 * @typedef {{knots: number[], wages: number[]}} Distribution  Published percentiles, rising.
 * @typedef {{rank: number, likely: [number, number], certain: [number, number]}} Standing
 * @typedef {{code: string, title: string, kind: string, states: string[],
 *   parity: number | null, year: number | null}} Place
 */

const HOURS = 2080;
const LEAST_A_YEAR = 200;

/** Whether an amount is pay of an hour or of a year, as its size says.
 *  @param {number} amount */
export const perOf = (amount) => (amount < LEAST_A_YEAR ? "hour" : "year");

/** The hours for which OEWS counts every job, as pay a year.
 *  @param {number} amount  @param {string} per */
export const yearly = (amount, per) => (per === "hour" ? amount * HOURS : amount);

/**
 * The distribution through the percentiles that are published; null if these are fewer than two.
 *
 * @param {number[]} probabilities
 * @param {(number | null)[]} percentiles
 * @returns {Distribution | null}
 */
export function distribution(probabilities, percentiles) {
  const held = probabilities
    .map((_, place) => place)
    .filter((place) => percentiles[place] !== null);
  if (held.length < 2) return null;
  return {
    knots: held.map((place) => probabilities[place]),
    wages: held.map((place) => Number(percentiles[place])),
  };
}

/**
 * The modelled rank: between percentiles the logarithm of pay is linear in the normal quantile, and
 * the end pieces go on.
 *
 * @param {Distribution} distribution
 * @param {number} pay
 */
function modelledRank({ knots, wages }, pay) {
  const piece = wages.slice(1, -1).filter((wage) => wage <= pay).length;
  const [from, to] = [normalQuantile(knots[piece]), normalQuantile(knots[piece + 1])];
  const slope = Math.log(wages[piece + 1] / wages[piece]) / (to - from);
  const distance = Math.log(pay / wages[piece]);
  // Where all jobs of the piece pay one wage, all are at or below it.
  return normalShare(slope === 0 && distance === 0 ? Infinity : from + distance / slope);
}

/**
 * The rank of a pay; what the percentiles beside it alone make certain; and what is likely, the
 * rank less and plus the measured error of the model within what is certain.
 *
 * @param {Distribution} distribution
 * @param {number} pay  Above 0.
 * @param {number} band
 * @returns {Standing}
 */
export function standing(distribution, pay, band) {
  const { knots, wages } = distribution;
  const rank = modelledRank(distribution, pay);
  const low = [0, ...knots][wages.filter((wage) => wage <= pay).length];
  const high = [...knots, 1][wages.filter((wage) => wage < pay).length];
  const inside = (/** @type {number} */ share) => Math.min(Math.max(share, low), high);
  return { rank, likely: [inside(rank - band), inside(rank + band)], certain: [low, high] };
}

/** @param {Standing} one  @param {Standing} other  Whether their likely ranges meet. */
export const cannotBeToldApart = (one, other) =>
  one.likely[0] <= other.likely[1] && other.likely[0] <= one.likely[1];

/**
 * The areas, the place itself aside, that lie in a state of a place.
 *
 * @template {Place} Held
 * @param {Held[]} places
 * @param {Held} place
 */
export const areasBeside = (places, place) =>
  places.filter(
    ({ code, kind, states }) =>
      kind === "area" &&
      code !== place.code &&
      states.some((state) => place.states.includes(state)),
  );

/**
 * What a pay buys at the nation's prices; null where no local price level is published.
 *
 * @param {number} pay
 * @param {Place} place
 */
export const atNationalPrices = (pay, { parity }) =>
  parity === null ? null : pay / (parity / 100);
