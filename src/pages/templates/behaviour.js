const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (name, properties) => Object.assign(document.createElement(name), properties);
// Storage can be off, and is for some browsers where a page is a file; everything works without, but unremembered.
const remembered = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
const remember = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* as above */ } };

// Where a link leads may be folded away.
const followed = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
const reveal = () => {
  const target = followed();
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target?.scrollIntoView();
  requestAnimationFrame(() => target?.scrollIntoView()); // what came into view may have turned out another size
};

// The code: out of the way until a switch shows all of it, but for what the reader followed a link to.
const folds = all("details.code");
if (folds.length) {
  const button = make("button", { type: "button", className: "switch" });
  const page = `code ${location.pathname}`;
  const show = (open) => {
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Hide all code" : "Show all code";
    document.body.classList.toggle("quiet", !open);
  };
  const open = remembered("code") === true;
  folds.forEach((fold) => { fold.open = open || remembered(page)?.includes(fold.id); });
  show(open);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    folds.forEach((fold) => { fold.open = open; });
    show(open);
    remember("code", open);
  });
  folds.forEach((fold) => fold.addEventListener("toggle", () => {
    remember(page, folds.filter((fold) => fold.open).map((fold) => fold.id));
  }));
  document.querySelector(".menu").before(button);
  for (const code of all("pre", document.querySelector("main"))) code.tabIndex = 0;
}

// A number in a sentence opens what made it, a term what it means: by Enter or a tap, or when the Tab key comes to it.
for (const how of all("[popover]")) {
  const link = how.previousElementSibling;
  const show = () => { if (!how.matches(":popover-open")) how.showPopover({ source: link }); };
  if (link.matches("a")) link.role = "button";
  link.addEventListener("click", (event) => { event.preventDefault(); show(); });
  link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(); });
  if (!link.matches(".term")) continue;
  // A pointer that rests on a term opens it; it stays while the pointer is on either.
  let closing;
  for (const part of [link, how]) {
    part.addEventListener("pointerenter", (event) => { clearTimeout(closing); if (event.pointerType === "mouse") show(); });
    part.addEventListener("pointerleave", () => { closing = setTimeout(() => how.hidePopover(), 300); });
  }
}

// The numbers of a table are passed over by the Tab key; the link below the table leads to all of them.
for (const link of all("table a[id]")) link.tabIndex = -1;

// Tables: choose rows by a column, sort by any column where they are long; what is no number comes last.
for (const box of all("[data-filter]")) {
  const column = all("thead tr:last-child th", box).findIndex((head) => head.textContent.trim() === box.dataset.filter);
  const rows = all("tbody tr", box);
  if (column < 0) continue;
  const text = (row) => row.cells[column].textContent.trim();
  const values = [...new Set(rows.map(text))];
  if (values.length > 10) values.sort((a, b) => a.localeCompare(b, "en"));
  const choice = make("select");
  choice.append(new Option(`all ${rows.length}`, ""), ...values.map((value) => new Option(value)));
  choice.addEventListener("change", () => rows.forEach((row) => { row.hidden = choice.value && text(row) !== choice.value; }));
  const label = make("label", { textContent: `${box.dataset.filter}: ` });
  label.append(choice);
  box.prepend(label);
}
const number = (text) => parseFloat(text.replace(/[$,%+\s]/g, "").replace("−", "-"));
for (const table of all(".wide table")) {
  const [body] = table.tBodies;
  if (!(body?.rows.length > 10) || table.tHead?.rows.length !== 1) continue;
  all("th", table.tHead).forEach((head, column) => {
    const button = make("button", { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => ({ row, text: row.cells[column].textContent.trim() }));
      const numeric = rows.some(({ row, text }) => row.cells[column].matches(".number") && !Number.isNaN(number(text)));
      const missing = ({ text }) => (numeric ? Number.isNaN(number(text)) : !text);
      const order = (a, b) => (numeric ? number(a.text) - number(b.text) : a.text.localeCompare(b.text, "en", { numeric: true }));
      rows.sort((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : order(a, b) * (down ? -1 : 1)));
      body.append(...rows.map(({ row }) => row));
    });
  });
}

// Where a table is stacked, each cell says the heading of its column.
for (const table of all(".stacked table")) {
  const heads = all("thead th", table).map((head) => head.textContent.trim());
  for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, column) => { cell.dataset.head = heads[column]; });
}

// The first page: find a page by any word of its card.
for (const find of all(".find")) {
  const places = all(".cards li").map((place) => ({ place, text: place.textContent.toLowerCase() }));
  const said = find.querySelector("output");
  find.hidden = false;
  find.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = places.filter(({ place, text }) => !(place.hidden = !words.every((word) => text.includes(word)))).length;
    said.textContent = words.length ? `${found} found` : "";
  });
}
// In a ledger: what is cited is the number whose row the reader came to.
const cite = document.querySelector(".cite");
const citeNumber = () => {
  const row = followed();
  if (!row?.matches("tr") || !cite) return;
  const [first, ...others] = [...row.cells].slice(0, row.cells.length > 4 ? 5 : 2);
  const said = [(first.querySelector("a") ?? first).textContent, ...others.map((cell) => cell.textContent)].join(", ");
  for (const place of all(".number", cite)) {
    place.textContent = `${place.closest("pre") ? said.replace(/[\\%&#$_{}]/g, "\\$&") : said}. `;
  }
  for (const place of all(".anchor", cite)) place.textContent = `#${row.id}`;
  cite.querySelector("summary").textContent = "Cite this number";
};
citeNumber();
addEventListener("hashchange", () => { reveal(); citeNumber(); });
if (location.hash) reveal();
