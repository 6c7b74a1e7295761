import { fromAddress, make, start, toAddress, usd } from "./elements.js";
import { makeFinder } from "./finder_model.js";
import { atNationalPrices, distribution, perOf, standing, yearly } from "./offers_model.js";

/**
 * A box that finds a place, says at once what its jobs pay and where an offer would stand.
 *
 * @typedef {import("./finder_model.js").Found} Found
 * @typedef {import("./places_data.js").PaidPlace} PaidPlace
 * @typedef {import("./places_data.js").Pay} Pay
 * @typedef {import("./finder_data.js").Packed & {occupations: Record<string, string>, band: number,
 *   probabilities: number[], source: string, weigh: string, year: number}} FinderData
 */

const ADVICE =
  "Try a state or its two letters, a city or county with its state (“Hoboken, NJ”), the five " +
  "figures of a ZIP code, or a code such as CBSA-35620. Smaller towns outside metropolitan areas " +
  "are found by county or ZIP code.";
const MOST_BESIDE = 4;

/** @param {PaidPlace} place  Its title, a link to its own page if the report has one. */
function titled({ code, title }) {
  /** @type {[string, string][]} */
  const paged = Object.entries(JSON.parse(document.getElementById("paged")?.textContent ?? "{}"));
  const start = paged.find(([, codes]) => codes.split(" ").includes(code))?.[0];
  return start === undefined
    ? title
    : make("a", { href: `${start}${code.toLowerCase()}.html` }, title);
}

/** @param {number | null} value */
const amount = (value) => (value === null ? "not published" : usd(value));

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)}%`;

/** @param {string} typed  Pay as people write it: "24.50", "$62,000", "62k"; null if it is none. */
export function readPay(typed) {
  const found = /^\$?([\d,]*\.?\d+)(k?)$/i.exec(typed.replaceAll(" ", ""));
  const pay = found && Number(found[1].replaceAll(",", "")) * (found[2] ? 1000 : 1);
  return pay || null;
}

/** @param {FinderData} data  @param {Pay} pay  @param {number} offer  @param {string} where */
function offerLine(data, pay, offer, where) {
  const held = distribution(data.probabilities, pay.percentiles);
  const per = perOf(offer);
  const wage = yearly(offer, per);
  const said =
    per === "hour"
      ? `$${offer.toFixed(2)} an hour, ${usd(wage)} a year at 2,080 hours,`
      : `${usd(wage)} a year`;
  if (!held) return make("p", {}, `${said} cannot be placed: too little is published.`);
  const { rank, likely, certain } = standing(held, wage, data.band);
  return make(
    "p",
    { class: "live-offer-line" },
    make("b", {}, `About ${Math.round(10 * rank)} in 10 jobs pay no more.`),
    ` ${said} is at or above ${percent(rank)} of the jobs ${where}; likely ` +
      `${percent(likely[0])} to ${percent(likely[1])}, certainly ${percent(certain[0])} to ` +
      `${percent(certain[1])}.`,
  );
}

/**
 * What the states of a place pay for jobs whose pay there is not published.
 *
 * @param {PaidPlace[]} places
 * @param {PaidPlace} place
 * @param {string} occupation
 */
function inItsStates(places, place, occupation) {
  const states = places.filter(
    ({ kind, states }) => kind === "state" && place.states.includes(states[0]),
  );
  const said = states.flatMap((state) => {
    const median = state.pay[occupation]?.percentiles[2];
    return median && state !== place ? [`${state.title} has a median of ${usd(median)}.`] : [];
  });
  return ["Not published for this place.", ...said].join(" ");
}

/**
 * @param {FinderData} data
 * @param {PaidPlace[]} places
 * @param {PaidPlace} place
 * @param {number | null} offer
 */
function paid(data, places, place, offer) {
  return Object.entries(data.occupations).map(([occupation, jobs]) => {
    const pay = place.pay[occupation];
    const group = make("div", { class: "live-pay" }, make("h3", {}, jobs));
    if (!pay) {
      group.append(make("p", {}, inItsStates(places, place, occupation)));
      return group;
    }
    const [low, quarter, median, upper, high] = pay.percentiles;
    const bought = median === null ? null : atNationalPrices(median, place);
    const count = pay.jobs === null ? "not published" : pay.jobs.toLocaleString("en-US");
    group.append(
      make("p", { class: "live-median" }, make("b", {}, amount(median)), " median"),
      make("p", {}, `The middle half: ${amount(quarter)} to ${amount(upper)}.`),
      make("p", {}, `One in ten below ${amount(low)}, one in ten above ${amount(high)}.`),
      make(
        "p",
        {},
        bought === null
          ? "No local price level is published."
          : `It buys what ${usd(bought)} buys at the nation’s prices.`,
        ` Jobs: ${count}.`,
      ),
    );
    if (pay.caution) {
      group.append(make("p", { class: "live-warning" }, `With care: ${pay.caution}.`));
    }
    if (offer !== null) group.append(offerLine(data, pay, offer, "here"));
    return group;
  });
}

/** @param {string} mark  @param {number} offer  The words of an address that name its pay. */
const paidAs = (mark, offer) => ({
  [`amount${mark}`]: String(offer),
  [`per${mark}`]: perOf(offer),
});

/**
 * @param {FinderData} data
 * @param {PaidPlace[]} places
 * @param {Found} found
 * @param {number | null} offer
 */
function card(data, places, { name, kind, place }, offer) {
  const heading = make("h2", {}, titled(place));
  const parts = [heading];
  if (kind === "city" || kind === "county" || kind === "zip") {
    const where =
      place.kind === "state" ? "outside metropolitan areas, or in no known one, in" : "in";
    parts.push(make("p", {}, `${name} is ${where} ${place.title}.`));
  }
  const words = { place: place.code, ...(offer === null ? {} : paidAs("", offer)) };
  const link = (/** @type {Record<string, string>} */ named, /** @type {string} */ said) =>
    make("p", {}, make("a", { href: `${data.weigh}?${new URLSearchParams(named)}` }, said));
  if (data.weigh && offer !== null) {
    const second = { place2: place.code, ...paidAs("2", offer) };
    parts.push(link({ ...words, ...second }, "Set a second offer beside it"));
  }
  const pay = make("div", { class: "live-pays" }, ...paid(data, places, place, offer));
  parts.push(pay);
  if (data.weigh) parts.push(link(words, "Weigh an offer here in full"));
  return parts;
}

/** @param {FinderData} data  @param {PaidPlace[]} chosen  The places looked at, side by side. */
function beside(data, chosen) {
  const head = ["Place", "Jobs", "Median", "At the nation’s prices"].map((text) =>
    make("th", { scope: "col" }, text),
  );
  const rows = chosen.flatMap((place) =>
    Object.entries(data.occupations).map(([occupation, jobs]) => {
      const median = place.pay[occupation]?.percentiles[2] ?? null;
      const bought = median === null ? null : atNationalPrices(median, place);
      return make(
        "tr",
        {},
        make("th", { scope: "row" }, titled(place)),
        make("td", {}, jobs),
        make("td", { class: "number" }, amount(median)),
        make("td", { class: "number" }, amount(bought)),
      );
    }),
  );
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)));
  table.append(make("caption", {}, "Side by side"), make("tbody", {}, ...rows));
  return table;
}

/** @param {FinderData} data  @param {HTMLElement} root */
export function view(data, root) {
  const { find, places } = makeFinder(data);
  const id = (/** @type {string} */ part) => `${root.id}-${part}`;
  const box = make("input", {
    id: id("box"),
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-controls": id("list"),
    "aria-expanded": "false",
  });
  const pay = make("input", { id: id("pay"), inputmode: "decimal", autocomplete: "off" });
  const unread = make("p", { role: "status", class: "live-said" });
  const said = make("p", { role: "status", class: "live-said" });
  const list = make("ul", { id: id("list"), role: "listbox", "aria-label": "Places found" });
  const result = make("div", { class: "live-card" });
  // A link that is pressed must not move before it is let go, as the list above it closes.
  result.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) event.preventDefault();
  });
  const compared = make("div", { class: "live-beside" });
  /** @type {Found[]} */
  let found = [];
  let active = 0;
  /** @type {PaidPlace[]} */
  let chosen = [];

  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    const place = found[active];
    const offer = readPay(pay.value);
    unread.textContent =
      offer === null && pay.value.trim()
        ? `“${pay.value.trim()}” is no pay; write it as 24.50, 52,000 or 52k.`
        : "";
    result.replaceChildren(...(place ? card(data, places, place, offer) : []));
    [...list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === active));
    });
    if (!list.hidden) box.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  };
  const choose = () => {
    const place = found[active]?.place;
    close();
    if (!place) return;
    said.textContent = "";
    chosen = [...chosen.filter((one) => one !== place), place].slice(-MOST_BESIDE);
    compared.replaceChildren(...(chosen.length > 1 ? [beside(data, chosen)] : []));
    const words = new URLSearchParams(chosen.map(({ code }) => ["place", code]));
    if (readPay(pay.value)) words.set("pay", pay.value);
    toAddress(root, words);
  };
  const option = (/** @type {Found} */ { name, kind, place }, /** @type {number} */ number) => {
    const where = kind === "state" || kind === "area" ? "" : ` in ${place.title}`;
    const line = make("li", { id: `${list.id}-${number}`, role: "option" }, name);
    if (where) line.append(make("small", {}, where));
    line.addEventListener("click", () => {
      active = number;
      show();
      choose();
    });
    return line;
  };
  const look = () => {
    const typed = box.value.trim();
    found = typed ? find(typed) : [];
    active = 0;
    list.replaceChildren(...found.map(option));
    close();
    if (found.length > 1) {
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
    }
    if (!typed) said.textContent = "";
    else if (!found.length) said.textContent = `Nothing found for “${typed}”. ${ADVICE}`;
    else if (found[0].near) said.textContent = "Nothing is spelt so; perhaps one of these:";
    else if (found.length === 1) said.textContent = "";
    else said.textContent = `${found.length} places, the likeliest first:`;
    show();
  };
  const read = () => {
    const words = fromAddress(root.id);
    const codes = words?.getAll("place") ?? [];
    pay.value = words?.get("pay") ?? pay.value;
    chosen = [];
    for (const code of codes) {
      box.value = places.find((place) => place.code === code)?.title ?? code;
      look();
      choose();
    }
  };
  box.addEventListener("input", look);
  box.addEventListener("change", choose);
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[/** @type {keyof steps} */ (event.key)];
    if (step && found.length > 1) {
      event.preventDefault();
      if (!list.hidden) active = (active + step + found.length) % found.length;
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
      show();
    } else if (event.key === "Enter") choose();
    else if (event.key === "Escape" && list.hidden) {
      box.value = "";
      look();
    } else if (event.key === "Escape") close();
  });
  pay.addEventListener("input", show);
  pay.addEventListener("change", choose);
  addEventListener("hashchange", read);
  close();
  read();
  const field = (/** @type {string} */ text, /** @type {HTMLInputElement} */ input) =>
    make("label", { for: input.id }, make("span", {}, text), input);
  return make(
    "div",
    { class: "live-finder" },
    make(
      "div",
      { class: "live-find" },
      field("Your state, city, county or ZIP code", box),
      field("An offer, if you have one: an hour or a year", pay),
    ),
    unread,
    said,
    list,
    result,
    compared,
    make("p", { class: "live-source" }, data.source),
  );
}

start("finder", view);
