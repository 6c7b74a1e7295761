import { compile } from "./arithmetic.js";
import { normalQuantile } from "./normal.js";

/**
 * The bridge between two published averages, walked as in `methods/bridge.py`, and the ranges that
 * its assumptions leave, as in `methods/simulation.py`. Pay and effects are US dollars a year.
 *
 * @typedef {import("./arithmetic.js").Values} Values
 * @typedef {import("./arithmetic.js").Formula} Formula
 * @typedef {{step: string, kind: string, formula: string, title: string}} Step
 * @typedef {{value: number | null, error: number, figure: string}} Published
 * @typedef {{low: number, mode: number, high: number}} Assumption
 * @typedef {{input: string, formula: string}[]} Reading  Inputs that it replaces.
 * @typedef {{steps: Step[], published: Record<string, Published>,
 *   assumptions: Record<string, Assumption>, readings: Record<string, Reading>}} BridgeData
 * @typedef {{held: Values, reading: string}} Choice  Assumptions held at a value, and a reading.
 * @typedef {{start: number, target: number, effects: Values}} Walk  NaN: not published.
 * @typedef {Record<string, [number, number]>} Ranges  5th and 95th percentile by step.
 */

const POINTS = 2003;
const GENERATOR = 136;

/**
 * The bridge as functions of a reader's choice.
 *
 * @param {BridgeData} data
 */
export function makeBridge(data) {
  const steps = data.steps.map((step) => ({ ...step, compute: compile(step.formula || "0") }));
  const of = (/** @type {string} */ kind) => steps.filter((step) => step.kind === kind);
  const [[start], [residual], [target]] = [of("start"), of("residual"), of("target")];
  const [up, down] = [of("up"), of("down").reverse()];
  const readings = Object.fromEntries(
    Object.entries(data.readings).map(([name, changes]) => [
      name,
      changes.map(({ input, formula }) => ({ input, compute: compile(formula) })),
    ]),
  );

  const draw = drawing(data);

  /** @param {Values} values  @returns {Walk} */
  function walk(values) {
    /** @type {Values} */
    const found = {};
    const [first, last] = [start.compute(values), target.compute(values)];
    const reachedUp = accumulate(up, values, first, 1, found);
    const reachedDown = accumulate(down, values, last, -1, found);
    found[residual.step] = reachedDown - reachedUp;
    return { start: first, target: last, effects: found };
  }

  /** @param {Values} values  @param {string} reading  @returns {Values} */
  function read(values, reading) {
    if (!readings[reading].length) return values;
    const changed = { ...values };
    for (const { input, compute } of readings[reading]) changed[input] = compute(values);
    return changed;
  }

  /** @param {Choice} choice  @returns {Walk} */
  function central({ held, reading }) {
    const values = publishedValues(data);
    for (const [name, { mode }] of Object.entries(data.assumptions)) values[name] = mode;
    return walk(read({ ...values, ...held }, reading));
  }

  /** @param {Choice} choice  @returns {Ranges} */
  function ranges({ held, reading }) {
    const walks = draw(held).map((values) => walk(read(values, reading)).effects);
    /** @type {Ranges} */
    const found = {};
    for (const step of [...up, residual, ...down].map((one) => one.step)) {
      const effects = Float64Array.from(walks, (effects) => effects[step]).sort();
      if (effects[POINTS - 1] - effects[0] > 0.01) {
        found[step] = [quantile(effects, 0.05), quantile(effects, 0.95)];
      }
    }
    return found;
  }

  return { central, ranges, residual: residual.step };
}

/**
 * Walks steps from one end; gives the pay reached, and keeps their effects in `found`.
 *
 * @param {{step: string, compute: Formula}[]} steps
 * @param {Values} values  `running`, the pay before each step, is written into it.
 * @param {number} first  Pay before the first of them.
 * @param {number} sign
 * @param {Values} found
 */
function accumulate(steps, values, first, sign, found) {
  values.running = first;
  for (const { step, compute } of steps) {
    found[step] = compute(values);
    if (!Number.isNaN(found[step])) values.running += sign * found[step];
    if (!(values.running > 0)) throw new Error(`step '${step}' leads to a pay not above 0`);
  }
  return values.running;
}

/**
 * Points spread evenly over what is not known, a share of each unknown's distribution: a rank-1
 * lattice (Korobov), moved to the middle of its cells.
 *
 * @param {string[]} unknowns
 * @returns {Values[]}
 */
function lattice(unknowns) {
  const steps = [1];
  while (steps.length < unknowns.length) steps.push((steps[steps.length - 1] * GENERATOR) % POINTS);
  return Array.from({ length: POINTS }, (_, point) =>
    Object.fromEntries(
      unknowns.map((name, place) => [name, (((point * steps[place]) % POINTS) + 0.5) / POINTS]),
    ),
  );
}

/**
 * The cases over which ranges are taken, for assumptions held at a value. A published mean is
 * normal with its standard error, and means that are one figure share its draw.
 *
 * @param {BridgeData} data
 * @returns {(held: Values) => Values[]}
 */
function drawing(data) {
  const uncertain = Object.entries(data.published).filter(([, { error }]) => error > 0);
  const figures = [...new Set(uncertain.map(([, { figure }]) => figure))].sort();
  const assumptions = Object.entries(data.assumptions);
  const points = lattice([...figures, ...assumptions.map(([name]) => name)]);
  for (const point of points) {
    for (const figure of figures) point[figure] = normalQuantile(point[figure]);
  }
  return (held) =>
    points.map((point) => {
      const values = publishedValues(data);
      for (const [name, { error, figure }] of uncertain) values[name] += error * point[figure];
      for (const [name, { low, mode, high }] of assumptions) {
        values[name] = held[name] ?? triangular(point[name], low, mode, high);
      }
      return values;
    });
}

/** @param {BridgeData} data  @returns {Values} */
function publishedValues(data) {
  /** @type {Values} */
  const values = {};
  for (const name in data.published) values[name] = data.published[name].value ?? NaN;
  return values;
}

/**
 * The value below which a share of a triangular distribution lies.
 *
 * @param {number} share
 * @param {number} low
 * @param {number} mode
 * @param {number} high
 */
function triangular(share, low, mode, high) {
  if (share * (high - low) < mode - low) {
    return low + Math.sqrt(share * (high - low) * (mode - low));
  }
  return high - Math.sqrt((1 - share) * (high - low) * (high - mode));
}

/**
 * The value below which a share of sorted values lies, between neighbours in proportion.
 *
 * @param {Float64Array} sorted
 * @param {number} share
 */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const before = Math.floor(place);
  const next = Math.min(before + 1, sorted.length - 1);
  return sorted[before] + (place - before) * (sorted[next] - sorted[before]);
}
