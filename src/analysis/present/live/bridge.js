import { makeBridge } from "./bridge_model.js";
import { fromAddress, make, start, toAddress, usd } from "./elements.js";

/**
 * The bridge with its assumptions in the reader's hand.
 *
 * @typedef {import("./bridge_model.js").BridgeData} BridgeData
 * @typedef {import("./bridge_model.js").Choice} Choice
 * @typedef {import("./bridge_model.js").Ranges} Ranges
 * @typedef {import("./bridge_model.js").Walk} Walk
 * @typedef {{label: string, unit: string, low: number, mode: number, high: number,
 *   least: number, most: number}} Shown  How an assumption is moved.
 * @typedef {BridgeData & {labels: Record<string, string>, source: string,
 *   assumptions: Record<string, Shown>}} Shaped
 */

/** @type {Record<string, {scale: number, digits: number, grain: number, sign: string}>} */
const UNITS = {
  share: { scale: 100, digits: 1, grain: 0.001, sign: "%" },
  rate: { scale: 100, digits: 2, grain: 0.0005, sign: "%" },
  ratio: { scale: 1, digits: 3, grain: 0.005, sign: "times" },
  years: { scale: 1, digits: 2, grain: 0.01, sign: "years" },
  "USD per year": { scale: 1, digits: 0, grain: 100, sign: "USD" },
};

/** @param {number} value  @param {string} unit  As typed and read: 55 for a share of 0.55. */
const written = (value, unit) =>
  String(Number((value * UNITS[unit].scale).toFixed(UNITS[unit].digits)));

/** @param {number} value  @param {string} unit  As a reader sees it: `71,560`, `−0.7`. */
const shownAs = (value, unit) =>
  Number(written(value, unit))
    .toLocaleString("en-US", { maximumFractionDigits: 3 })
    .replace("-", "−");

/** @param {Shown} shown  @param {number} value */
const within = ({ least, most }, value) => Math.min(Math.max(value, least), most);

/**
 * The choice that a link makes; what it says of unknown things is passed over.
 *
 * @param {Shaped} data
 * @param {URLSearchParams | null} words
 * @returns {Choice}
 */
function chosenBy(data, words) {
  const [first] = Object.keys(data.readings);
  /** @type {Choice} */
  const choice = { held: {}, reading: first };
  for (const [name, word] of words ?? []) {
    if (name === "reading" && Object.hasOwn(data.readings, word)) choice.reading = word;
    const value = word.trim() === "" ? NaN : Number(word);
    if (Object.hasOwn(data.assumptions, name) && Number.isFinite(value)) {
      choice.held[name] = within(data.assumptions[name], value);
    }
  }
  return choice;
}

/** @param {Shaped} data  @param {Choice} choice */
function asWords(data, { held, reading }) {
  const words = new URLSearchParams();
  if (reading !== Object.keys(data.readings)[0]) words.set("reading", reading);
  for (const [name, value] of Object.entries(held)) words.set(name, String(value));
  return words;
}

/**
 * A range as exactly as 2,003 points know it: to a hundred dollars.
 *
 * @param {[number, number]} range
 */
const about = (range) =>
  `about ${range.map((end) => usd(Math.round(end / 100) * 100)).join(" to ")}`;

/** @param {Shaped} data  @param {Choice} choice  @param {Walk} walk  @param {Ranges} ranges */
function sentence(data, choice, walk, ranges) {
  const { step } = data.steps.find(({ kind }) => kind === "residual") ?? data.steps[0];
  const [gap, left] = [walk.target - walk.start, walk.effects[step]];
  const assumed = Object.keys(choice.held).length ? "these assumptions" : "the central assumptions";
  const range = ranges[step]
    ? ` The assumption range of what is left is ${about(ranges[step])}.`
    : "";
  const found =
    left < 0
      ? `the steps come to ${usd(-left)} more than the gap of ${usd(gap)}`
      : `the steps account for ${usd(gap - left)} of the gap of ${usd(gap)} and leave ${usd(left)}`;
  return `${data.labels[choice.reading]}: on ${assumed} ${found}.${range}`;
}

/**
 * The steps with their bars, one line each.
 *
 * @param {Shaped} data
 * @param {Walk} walk
 * @param {Ranges} ranges
 */
function bars(data, walk, ranges) {
  const levels = [walk.start];
  const ends = [walk.start, walk.target];
  for (const { step } of data.steps) {
    const before = levels[levels.length - 1];
    levels.push(before + (walk.effects[step] || 0));
    ends.push(before, ...(ranges[step] ?? []).map((effect) => before + effect));
  }
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const place = (/** @type {number} */ pay) => (100 * (pay - least)) / (most - least);
  const span = (
    /** @type {string} */ name,
    /** @type {number} */ from,
    /** @type {number} */ to,
  ) => {
    const mark = make("span", { class: name });
    mark.style.left = `${place(Math.min(from, to))}%`;
    mark.style.width = `${Math.abs(place(to) - place(from))}%`;
    return mark;
  };
  return data.steps.map(({ step, kind, title }, order) => {
    const level = kind === "start" ? walk.start : walk.target;
    const track = make("div", { class: "live-track", "aria-hidden": "true" });
    const line = make("li", { class: `live-${kind}` }, make("span", {}, title), track);
    if (kind === "start" || kind === "target") {
      track.append(span("live-level", level, level));
      line.append(make("b", {}, usd(level)));
      return line;
    }
    const [before, effect, range] = [levels[order], walk.effects[step], ranges[step]];
    track.append(span("live-bar", before, levels[order + 1]));
    if (range) track.append(span("live-range", before + range[0], before + range[1]));
    const plus = effect > 0 ? "+" : "";
    line.append(make("b", {}, Number.isNaN(effect) ? "not published" : plus + usd(effect)));
    if (range) line.append(make("small", {}, `assumption range ${about(range)}`));
    return line;
  });
}

/**
 * One assumption as a slider and a number.
 *
 * @param {Shown} shown
 * @param {string} id
 * @param {(value: number | null, done: boolean) => void} moved  Null: no value any more.
 */
function mover(shown, id, moved) {
  const { unit, low, mode, high, least, most } = shown;
  const { scale, grain, sign } = UNITS[unit];
  const limits = { min: written(least, unit), max: written(most, unit), step: "any" };
  const label = make("label", { id: `${id}-label`, for: id }, shown.label);
  const slider = make("input", { type: "range", "aria-labelledby": `${id}-label`, ...limits });
  const number = make("input", { type: "number", id, "aria-describedby": `${id}-note`, ...limits });
  const note = make(
    "small",
    { id: `${id}-note` },
    [
      `central ${shownAs(mode, unit)}`,
      `range ${shownAs(low, unit)} to ${shownAs(high, unit)} ${sign}`,
    ].join(", "),
  );
  const show = (/** @type {number} */ value) => {
    slider.value = written(value, unit);
    number.value = slider.value;
  };
  const slid = () => {
    const value = Math.round(Number(slider.value) / scale / grain) * grain;
    number.value = written(within(shown, value), unit);
    return Number(number.value) / scale;
  };
  slider.addEventListener("input", () => moved(slid(), false));
  slider.addEventListener("change", () => moved(slid(), true));
  number.addEventListener("input", () => {
    if (!number.value || !number.checkValidity()) return;
    slider.value = number.value;
    moved(Number(number.value) / scale, false);
  });
  number.addEventListener("change", () => {
    const value = number.value ? within(shown, Number(number.value) / scale) : null;
    show(value ?? mode);
    moved(value, true);
  });
  return { element: make("div", { class: "live-mover" }, label, slider, number, note), show };
}

/** @param {Shaped} data  @param {HTMLElement} root */
export function view(data, root) {
  const bridge = makeBridge(data);
  let choice = chosenBy(data, fromAddress(root.id));
  const said = make("p", { role: "status" });
  const list = make("ol", { class: "live-steps" });
  const draw = () => {
    const [walk, ranges] = [bridge.central(choice), bridge.ranges(choice)];
    said.textContent = sentence(data, choice, walk, ranges);
    list.replaceChildren(...bars(data, walk, ranges));
  };
  // A slider speaks more often than a screen is drawn.
  let frame = 0;
  const update = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  };
  const keep = () => toAddress(root, asWords(data, choice));

  const movers = Object.entries(data.assumptions).map(([name, shown]) => ({
    name,
    mode: shown.mode,
    ...mover(shown, `${root.id}-${name}`, (value, done) => {
      if (value === null || Math.abs(value - shown.mode) < 1e-9) delete choice.held[name];
      else choice.held[name] = value;
      update();
      if (done) keep();
    }),
  }));
  const readings = Object.keys(data.readings).map((reading) => {
    const radio = make("input", { type: "radio", name: `${root.id}-reading`, value: reading });
    radio.addEventListener("change", () => {
      choice.reading = reading;
      update();
      keep();
    });
    return { radio, element: make("label", {}, radio, ` ${data.labels[reading]}`) };
  });
  const show = () => {
    for (const { name, mode, show } of movers) show(choice.held[name] ?? mode);
    for (const { radio } of readings) radio.checked = radio.value === choice.reading;
    update();
  };
  const back = make("button", { type: "button" }, "Back to the central case");
  back.addEventListener("click", () => {
    choice = chosenBy(data, null);
    show();
    keep();
  });
  addEventListener("hashchange", () => {
    const words = fromAddress(root.id);
    if (!words) return;
    choice = chosenBy(data, words);
    show();
  });
  show();
  draw();
  const legend = make("legend", {}, "How AAPC's figure is read");
  return make(
    "div",
    { class: "live-columns live-steady" },
    make("div", {}, said, list, make("p", { class: "live-source" }, data.source)),
    make(
      "div",
      {},
      make("fieldset", {}, legend, ...readings.map(({ element }) => element)),
      ...movers.map(({ element }) => element),
      back,
    ),
  );
}

start("bridge", view);
