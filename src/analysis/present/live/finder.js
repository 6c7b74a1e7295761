import { fromAddress, make, start, toAddress, usd } from "./elements.js";
import { makeFinder } from "./finder_model.js";
import { readPlaces } from "./places_data.js";

/**
 * A box that finds a place and says at once what its jobs pay.
 *
 * @typedef {import("./finder_model.js").Found} Found
 * @typedef {import("./places_data.js").PaidPlace} PaidPlace
 * @typedef {import("./places_data.js").PlacesData & import("./finder_model.js").Names
 *   & {source: string}} FinderData
 */

const ADVICE =
  "Try a state or its two letters, a city or county with its state (“Hoboken, NJ”), the five " +
  "figures of a ZIP code, or a code such as CBSA-35620. Smaller towns outside metropolitan areas " +
  "are found by county seat or ZIP code.";

/** @param {PaidPlace} place  The place's own page, if the report has it. */
function pageOf({ code, title }) {
  const end = `-${code.toLowerCase()}.html`;
  const link = [...document.querySelectorAll("a[href]")].find((one) =>
    one.getAttribute("href")?.toLowerCase().endsWith(end),
  );
  return link ? make("a", { href: link.getAttribute("href") ?? "" }, title) : title;
}

/** @param {FinderData} data  @param {PaidPlace} place  What one kind of jobs pays there. */
function paid(data, place) {
  return Object.entries(data.occupations).flatMap(([occupation, jobs]) => {
    const pay = place.pay[occupation];
    if (!pay) return make("p", {}, `${jobs}: not published for this place.`);
    const [low, , median, , high] = pay.percentiles.map((value) =>
      value === null ? "not published" : usd(value),
    );
    const count =
      pay.jobs === null ? "jobs not published" : `${pay.jobs.toLocaleString("en-US")} jobs`;
    const lines = [
      make(
        "p",
        {},
        `${jobs}: median `,
        make("b", {}, median),
        ` a year, the middle eight in ten ${low} to ${high}; ${count}.`,
      ),
    ];
    if (pay.caution) lines.push(make("p", { class: "live-warning" }, pay.caution));
    return lines;
  });
}

/** @param {FinderData} data  @param {Found} found */
function answer(data, { name, kind, place }) {
  const line = make("li", {});
  if (kind === "state" || kind === "area") line.append(make("strong", {}, pageOf(place)));
  else {
    const where =
      place.kind === "state" ? "outside metropolitan areas, or in no known one, in" : "in";
    line.append(make("strong", {}, name), ` is ${where} `, pageOf(place));
  }
  line.append(...paid(data, place));
  return line;
}

/** @param {FinderData} data  @param {HTMLElement} root */
export function view(data, root) {
  const find = makeFinder(readPlaces(data), data);
  const box = make("input", { type: "search", id: `${root.id}-box`, autocomplete: "off" });
  const said = make("p", { role: "status" });
  const list = make("ul", { class: "live-found" });
  const show = () => {
    const found = box.value.trim() ? find(box.value) : [];
    list.replaceChildren(...found.map((one) => answer(data, one)));
    if (!box.value.trim()) said.textContent = "";
    else if (!found.length) said.textContent = `Nothing found for “${box.value.trim()}”. ${ADVICE}`;
    else if (found[0].near) said.textContent = "Nothing is spelt so; perhaps:";
    else
      said.textContent =
        found.length === 1 ? "1 place" : `${found.length} places, the likeliest first`;
  };
  const read = () => {
    const words = fromAddress(root.id);
    if (words) box.value = words.get("place") ?? "";
    show();
  };
  box.addEventListener("input", show);
  box.addEventListener("change", () => toAddress(root, new URLSearchParams({ place: box.value })));
  addEventListener("hashchange", read);
  read();
  const label = make(
    "label",
    { for: box.id },
    make("span", {}, "Find a state, city, county or ZIP code"),
  );
  return make(
    "div",
    {},
    make("div", { class: "live-find" }, label, box),
    said,
    list,
    make("p", { class: "live-source" }, data.source),
  );
}

start("finder", view);
