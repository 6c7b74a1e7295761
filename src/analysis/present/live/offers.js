import { choice, fromAddress, labelled, make, start, toAddress, usd } from "./elements.js";
import {
  areasBeside,
  atNationalPrices,
  cannotBeToldApart,
  distribution,
  perOf,
  standing,
  yearly,
} from "./offers_model.js";
import { plain, readPlaces } from "./places_data.js";

/**
 * One offer, or two side by side, among the jobs of their places.
 *
 * @typedef {import("./offers_model.js").Standing} Standing
 * @typedef {import("./places_data.js").PaidPlace} PaidPlace
 * @typedef {import("./places_data.js").PlacesData & {probabilities: number[], band: number,
 *   source: string, first: Offer, second?: Offer}} OffersData
 * @typedef {{place: string, amount: number, per: string, job: string}} Offer
 * @typedef {{offer: Offer, place: PaidPlace, pay: number, standing: Standing | null}} Weighed
 */

const NAMES = /** @type {const} */ (["place", "amount", "per", "job"]);

/** @param {number} share  A rank as jobs of a hundred, to the nearest whole one. */
const ofHundred = (share) => String(Math.round(100 * share));

/** @param {[number, number]} range */
const range = (range) => [...new Set(range.map(ofHundred))].join(" to ");

/** @param {OffersData} data  @param {PaidPlace} place  @param {string} job  @param {number} pay */
function standingIn(data, place, job, pay) {
  const held = place.pay[job] && distribution(data.probabilities, place.pay[job].percentiles);
  return held ? standing(held, pay, data.band) : null;
}

/** @param {OffersData} data  @param {PaidPlace[]} places  @param {Offer} offer  @returns {Weighed} */
function weigh(data, places, offer) {
  const place = places.find(({ code }) => code === offer.place) ?? places[0];
  const pay = yearly(offer.amount, offer.per);
  return { offer, place, pay, standing: standingIn(data, place, offer.job, pay) };
}

/** @param {Standing} standing  The rank and its ranges on a line from none to all jobs. */
function scale({ rank, likely, certain }) {
  const line = make("div", { class: "live-scale", "aria-hidden": "true" });
  const spans = /** @type {const} */ ([
    ["live-certain", ...certain],
    ["live-likely", ...likely],
    ["live-rank", rank, rank],
  ]);
  for (const [name, from, to] of spans) {
    const mark = make("span", { class: name });
    mark.style.left = `${100 * from}%`;
    if (from < to) mark.style.width = `${100 * (to - from)}%`;
    line.append(mark);
  }
  return line;
}

/** @param {Weighed} weighed  What the offer buys at the nation's prices. */
function buys({ place, pay }) {
  const bought = atNationalPrices(pay, place);
  if (bought === null) return "No price level is published for this place.";
  return (
    `At the nation's prices it buys what ${usd(bought)} buys on average (price level ` +
    `${place.parity}, United States 100, in ${place.year}).`
  );
}

/** @param {OffersData} data  @param {PaidPlace[]} places  @param {Weighed} weighed */
function beside(data, places, { offer, place, pay, standing }) {
  const areas =
    place.kind === "nation"
      ? []
      : areasBeside(places, place).flatMap((area) => {
          const other = standingIn(data, area, offer.job, pay);
          return other ? [{ title: area.title, other }] : [];
        });
  if (!standing || !areas.length) return [];
  const alike = areas.filter(({ other }) => cannotBeToldApart(standing, other));
  const others = `of the ${areas.length} other areas in the same state or states`;
  if (!alike.length) return [make("p", {}, `Its rank can be told apart in all ${others}.`)];
  return [
    make(
      "details",
      {},
      make(
        "summary",
        {},
        `In ${alike.length} ${others}, its rank cannot be told apart from this one`,
      ),
      make("p", {}, `${alike.map(({ title }) => title).join("; ")}.`),
    ),
  ];
}

/** @param {OffersData} data  @param {PaidPlace[]} places  @param {Weighed} weighed */
function report(data, places, weighed) {
  const { offer, place, pay, standing } = weighed;
  const jobs = data.occupations[offer.job];
  const held = place.pay[offer.job];
  if (!standing) {
    return [make("p", {}, `BLS does not publish the pay of ${jobs} in ${place.title}.`)];
  }
  const {
    percentiles: [low, quarter, median, upper, high],
    caution,
  } = held;
  const lines = [
    `${usd(pay)} a year: of 100 jobs of ${jobs} in ${place.title}, about ${ofHundred(standing.rank)} ` +
      `pay this or less; likely ${range(standing.likely)}, certainly ${range(standing.certain)}.`,
    ...(place.kind === "nation" ? [] : [buys(weighed)]),
    `Published for May ${data.year}: ${[
      [low, "10th percentile"],
      [quarter, "25th"],
      [median, "median"],
      [upper, "75th"],
      [high, "90th"],
    ]
      .map(([value, name]) => `${name} ${value === null ? "not published" : usd(Number(value))}`)
      .join(", ")}.`,
  ].map((text) => make("p", {}, text));
  if (caution) lines.push(make("p", { class: "live-warning" }, caution));
  return [scale(standing), ...lines, ...beside(data, places, weighed)];
}

/** @param {Weighed[]} weighed  Two offers beside each other. */
function comparison([one, two]) {
  const [first, second] = [one, two].map(({ place, pay }) => atNationalPrices(pay, place));
  const lines = [];
  if (first !== null && second !== null) {
    const more = first >= second ? "first" : "second";
    lines.push(
      `At the nation's prices the ${more} offer buys ${usd(Math.abs(first - second))} a ` +
        "year more.",
    );
  }
  if (one.standing && two.standing) {
    lines.push(
      cannotBeToldApart(one.standing, two.standing)
        ? "Their ranks, each in its own place, cannot be told apart."
        : `The ${one.standing.rank > two.standing.rank ? "first" : "second"} ranks higher in its place.`,
    );
  }
  return lines.join(" ");
}

/**
 * The place that a reader typed: its name or code, else the first that begins with or holds it.
 *
 * @param {PaidPlace[]} places
 * @param {string} typed
 */
function placeCalled(places, typed) {
  const words = plain(typed);
  if (!words) return undefined;
  const named = places.map((place) => ({ place, name: plain(place.title) }));
  return (
    named.find(
      ({ place, name }) =>
        name === words ||
        plain(place.code) === words ||
        (place.kind === "state" && plain(place.states[0]) === words),
    ) ??
    named.find(({ name }) => name.startsWith(words)) ??
    named.find(({ name }) => name.includes(words))
  )?.place;
}

/**
 * The fields of one offer.
 *
 * @param {OffersData} data
 * @param {PaidPlace[]} places
 * @param {{id: string, title: string, offer: Offer, changed: () => void}} form
 */
function fields(data, places, { id, title, offer, changed }) {
  const found = places.find(({ code }) => code === offer.place) ?? places[0];
  const place = make("input", { list: `${id}-places`, value: found.title, autocomplete: "off" });
  const amount = make("input", {
    type: "number",
    min: "0.01",
    step: "any",
    value: String(offer.amount),
  });
  const per = choice({}, [
    ["year", "a year"],
    ["hour", "an hour"],
  ]);
  const job = choice({}, Object.entries(data.occupations));
  [per.value, job.value] = [offer.per, offer.job];
  const advice = make("p", { class: "live-warning", role: "alert", hidden: "" });
  const read = () => {
    const called = placeCalled(places, place.value);
    const valid = amount.value !== "" && amount.checkValidity();
    advice.hidden = Boolean(called) && valid;
    if (!called)
      advice.textContent =
        `No place here is called “${place.value}”. Try a state, its ` +
        "two letters, or the first city of a metropolitan area.";
    else if (!valid)
      advice.textContent = "Give the pay as a number above 0, such as 24.50 or 52000.";
    else {
      Object.assign(offer, {
        place: called.code,
        amount: Number(amount.value),
        per: per.value,
        job: job.value,
      });
      changed();
    }
  };
  for (const field of [place, amount, per, job]) field.addEventListener("change", read);
  for (const field of [place, amount]) {
    field.addEventListener("focus", () => field.select()); // what is typed takes its place
  }
  amount.addEventListener("input", () => {
    if (!amount.checkValidity() || !amount.value) return;
    per.value = perOf(Number(amount.value));
    read();
  });
  return make(
    "fieldset",
    {},
    make("legend", {}, title),
    make(
      "div",
      { class: "live-offer" },
      labelled("Place", place),
      make(
        "div",
        { class: "live-pair" },
        labelled("Pay in US dollars", amount),
        labelled("Paid", per),
      ),
      labelled("Jobs", job),
      advice,
    ),
  );
}

/** @param {OffersData} data  @param {PaidPlace[]} places  @param {URLSearchParams | null} words */
function offersOf(data, places, words) {
  const read = (/** @type {string} */ mark, /** @type {Offer} */ given) => {
    const offer = { ...given };
    const [place, amount, per, job] = NAMES.map((name) => words?.get(name + mark) ?? "");
    if (places.some(({ code }) => code === place)) offer.place = place;
    if (Number(amount) > 0 && Number.isFinite(Number(amount))) offer.amount = Number(amount);
    if (per === "hour" || per === "year") offer.per = per;
    if (Object.hasOwn(data.occupations, job)) offer.job = job;
    return offer;
  };
  const first = read("", data.first);
  const two = words ? words.has("place2") : data.second;
  return two ? [first, read("2", data.second ?? data.first)] : [first];
}

/** @param {OffersData} data  @param {HTMLElement} root */
export function view(data, root) {
  const places = readPlaces(data);
  const names = make(
    "datalist",
    { id: `${root.id}-places` },
    ...places.map(({ title }) => make("option", { value: title })),
  );
  let offers = offersOf(data, places, fromAddress(root.id));
  const columns = make("div", { class: "live-columns" });
  const compared = make("p", { role: "status" });
  const second = make("button", { type: "button" });
  /** @type {HTMLElement[]} */
  let reports = [];
  const update = () => {
    const weighed = offers.map((offer) => weigh(data, places, offer));
    for (const [place, one] of weighed.entries()) {
      reports[place].replaceChildren(...report(data, places, one));
    }
    compared.textContent = weighed.length === 2 ? comparison(weighed) : "";
    compared.hidden = weighed.length < 2;
    second.textContent =
      weighed.length === 2 ? "Leave the second offer out" : "Compare a second offer";
  };
  const keep = () =>
    toAddress(
      root,
      new URLSearchParams(
        offers.flatMap((offer, place) =>
          NAMES.map((name) => [name + (place ? "2" : ""), String(offer[name])]),
        ),
      ),
    );
  const show = () => {
    reports = offers.map(() => make("div", { "aria-live": "polite" }));
    columns.replaceChildren(
      ...offers.map((offer, place) => {
        const title =
          offers.length === 1 ? "The offer" : ["The first offer", "The second offer"][place];
        const changed = () => {
          update();
          keep();
        };
        return make(
          "div",
          {},
          fields(data, places, { id: root.id, title, offer, changed }),
          reports[place],
        );
      }),
    );
    update();
  };
  second.addEventListener("click", () => {
    offers = offers.length === 2 ? [offers[0]] : [offers[0], { ...offers[0] }];
    show();
    keep();
  });
  addEventListener("hashchange", () => {
    const words = fromAddress(root.id);
    if (!words) return;
    offers = offersOf(data, places, words);
    show();
  });
  show();
  return make(
    "div",
    {},
    names,
    columns,
    compared,
    second,
    make("p", { class: "live-source" }, data.source),
  );
}

start("offers", view);
